// The pictures of a session, as the server decoded and encoded them anew: what a stranger sent is
// never given to a browser to interpret. The original is a file to download, for who must have it.
import { useEffect, useState } from "preact/hooks";
import { sessions } from "../client";
import { bytes, plain } from "../format";
import { useMay } from "../me";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { useLoad } from "../parts/loading";
import { Empty } from "../parts/said";
import { Card } from "../parts/screen";
import { useShortcuts, type Keys } from "../shortcuts";
import type { Upload, WholeSession } from "../wire";
import { Read } from "./session_reading";

export function Uploads({ data }: { data: WholeSession }) {
  const mayLook = useMay("reviewer");
  const [shown, setShown] = useState<number | null>(null);
  const { files } = data;
  const keys: Keys = {};
  if (mayLook) files.slice(0, 9).forEach((_, i) => (keys[String(i + 1)] = () => setShown(i)));
  useShortcuts(keys);
  return (
    <Card title={mayLook ? "Pictures, and what was read in them" : "Pictures"}>
      {files.length === 0
        ? <Empty title="No picture is in" />
        : <ul class={mayLook ? "seen" : "pictures"}>
            {files.map((file, index) => (
              <li key={file.uploadId}>
                <div>
                  {mayLook
                    ? <Thumb data={data} file={file} onOpen={() => setShown(index)} />
                    : <p>{plain(file.type)}</p>}
                  <p class="hint">{plain(file.step)}, {bytes(file.bytes)}</p>
                </div>
                {mayLook && <Read data={data} file={file} />}
              </li>
            ))}
          </ul>}
      {!mayLook && files.length > 0 && <p class="hint">Your role does not see the pictures.</p>}
      {shown !== null && (
        <Viewer data={data} at={shown} onMove={setShown} onClose={() => setShown(null)} />
      )}
    </Card>
  );
}

type Size = "thumb" | "full";

// Asked for by the page and shown from memory: a picture that does not come says no reason.
function usePicture(data: WholeSession, file: Upload, size: Size) {
  const loaded = useLoad((signal) => sessions.copy(data.id, file.uploadId, size, signal),
    [data.id, file.uploadId, size]);
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!loaded.data) return;
    const made = URL.createObjectURL(loaded.data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [loaded.data]);
  const isUnreadable = loaded.problem?.code === "unreadable_upload";
  return { ...loaded, url, isUnreadable, mayRetry: loaded.problem !== null && !isUnreadable };
}
type Shown = ReturnType<typeof usePicture>;

function Picture({ of, text }: { of: Shown; text: string }) {
  if (of.problem)
    return (
      <span class="unreadable"><Icon name="warn" />{of.isUnreadable
        ? "This file cannot be read as a picture." : "This picture could not be loaded."}</span>
    );
  return of.url && of.data ? <img src={of.url} alt={text} />
    : <span class="unreadable" aria-busy="true" />;
}

const Retry = ({ of }: { of: Shown }) => (of.mayRetry
  ? <button type="button" class="second small" aria-busy={of.isBusy} onClick={of.reload}>
      Try again</button>
  : null);

function Thumb(props: { data: WholeSession; file: Upload; onOpen: () => void }) {
  const { file } = props;
  const picture = usePicture(props.data, file, "thumb");
  return (
    <>
      <button type="button" class="picture" onClick={props.onOpen}>
        <Picture of={picture} text="" />
        <span>{plain(file.type)}</span>
      </button>
      <Retry of={picture} />
    </>
  );
}

function Full(props: { data: WholeSession; file: Upload }) {
  const picture = usePicture(props.data, props.file, "full");
  return (
    <>
      <Picture of={picture} text={plain(props.file.type)} />
      <Retry of={picture} />
    </>
  );
}

interface ViewerProps {
  data: WholeSession;
  at: number;
  onMove: (at: number) => void;
  onClose: () => void;
}

function Viewer({ data, at, onMove, onClose }: ViewerProps) {
  const file = data.files[at];
  const many = data.files.length;
  if (!file) return null;
  const move = (by: number) => onMove((at + by + many) % many);
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "ArrowRight") move(1);
    if (event.key === "ArrowLeft") move(-1);
  };
  return (
    <Dialog title={`${plain(file.type)}, ${at + 1} of ${many}`} onClose={onClose} isWide>
      <div class="viewer" onKeyDown={pressed}>
        <Full key={file.uploadId} data={data} file={file} />
        <div class="actions">
          {many > 1 && <>
            <button type="button" class="second" onClick={() => move(-1)}>
              <Icon name="back" />Before</button>
            <button type="button" class="second" autofocus onClick={() => move(1)}>
              After<Icon name="next" /></button>
          </>}
          <a class="button plain" download href={sessions.original(data.id, file.uploadId)}>
            <Icon name="download" />Original, {bytes(file.bytes)}</a>
        </div>
        <Read data={data} file={file} />
        <p class="hint">A copy encoded anew, without what the file said of camera or place.
          SHA-256 of the original: <code>{file.sha256}</code></p>
      </div>
    </Dialog>
  );
}
