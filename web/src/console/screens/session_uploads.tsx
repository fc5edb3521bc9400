// The pictures of a session, as the server decoded and encoded them anew: what a stranger sent is
// never given to a browser to interpret. The original is a file to download, for who must have it.
import { useState } from "preact/hooks";
import { sessions } from "../client";
import { bytes, plain } from "../format";
import { useMay } from "../me";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Empty } from "../parts/said";
import { Card } from "../parts/screen";
import { useShortcuts, type Keys } from "../shortcuts";
import type { Upload, WholeSession } from "../wire";

export function Uploads({ data }: { data: WholeSession }) {
  const mayLook = useMay("reviewer");
  const [shown, setShown] = useState<number | null>(null);
  const { files } = data;
  const keys: Keys = {};
  if (mayLook) files.slice(0, 9).forEach((_, i) => (keys[String(i + 1)] = () => setShown(i)));
  useShortcuts(keys);
  return (
    <Card title="Pictures">
      {files.length === 0
        ? <Empty title="No picture is in" />
        : <ul class="pictures">
            {files.map((file, index) => (
              <li key={file.uploadId}>
                {mayLook
                  ? <button type="button" class="picture" onClick={() => setShown(index)}>
                      <Picture data={data} file={file} size="thumb" />
                      <span>{plain(file.type)}</span>
                    </button>
                  : <p>{plain(file.type)}</p>}
                <p class="hint">{plain(file.step)}, {bytes(file.bytes)}</p>
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

function Picture(props: { data: WholeSession; file: Upload; size: "thumb" | "full" }) {
  const [isUnreadable, setUnreadable] = useState(false);
  if (isUnreadable)
    return (
      <span class="unreadable"><Icon name="warn" />This file cannot be read as a picture.</span>
    );
  return (
    <img src={sessions.copy(props.data.id, props.file.uploadId, props.size)}
      alt={props.size === "full" ? plain(props.file.type) : ""} loading="lazy"
      onError={() => setUnreadable(true)} />
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
        <Picture key={file.uploadId} data={data} file={file} size="full" />
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
        <p class="hint">A copy encoded anew, without what the file said of camera or place.
          SHA-256 of the original: <code>{file.sha256}</code></p>
      </div>
    </Dialog>
  );
}
