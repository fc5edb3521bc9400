// A picture that is still being sent, kept in this browser so that a reload or a tab that dies does
// not ask for it twice. Only this tab finds it again (its key stands in sessionStorage); it goes as
// soon as it is sent or given up, and nothing older than an hour stays.
import { memory } from "./here.js";

interface Kept { readonly picture: Blob; readonly at: number }

const prefix = "limen:upload:";
const store = "pictures";
const longest = 60 * 60 * 1000;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("limen", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(request.error);
  });
}

// Runs one request in a transaction of its own; null when there is no such storage here.
async function within<T>(
  mode: IDBTransactionMode, act: (pictures: IDBObjectStore) => IDBRequest<T>
): Promise<T | null> {
  try {
    const database = await open();
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    }).finally(() => database.close());
  } catch {
    return null;
  }
}

export function uploadKey(go: string, step: string, type: string): string {
  return `${prefix}${go}:${step}:${type}`;
}

export async function keepPicture(key: string, picture: Blob): Promise<void> {
  const kept: Kept = { picture, at: Date.now() };
  await within("readwrite", (pictures) => pictures.put(kept, key));
  memory.set(key, "");
}

export function keepUpload(key: string, upload: string): void {
  memory.set(key, upload);
}

export async function keptPicture(
  key: string
): Promise<{ picture: Blob; upload: string | null } | null> {
  const upload = memory.get(key);
  if (upload === null) return null;
  const kept = await within<Kept | undefined>("readonly", (pictures) => pictures.get(key));
  if (!kept || Date.now() - kept.at > longest) {
    await dropPicture(key);
    return null;
  }
  return { picture: kept.picture, upload: upload || null };
}

export async function dropPicture(key: string): Promise<void> {
  memory.drop(key);
  await within("readwrite", (pictures) => pictures.delete(key));
}

// What this session left behind when it is over, and what anybody left behind too long ago.
export async function sweep(isMine: (key: string) => boolean): Promise<void> {
  if (!("indexedDB" in globalThis)) return;
  const keys = await within("readonly", (pictures) => pictures.getAllKeys());
  for (const key of keys ?? []) {
    const kept = await within<Kept | undefined>("readonly", (pictures) => pictures.get(key));
    const isOld = !kept || Date.now() - kept.at > longest;
    if (isOld || isMine(String(key))) await dropPicture(String(key));
  }
}

export function isOf(go: string): (key: string) => boolean {
  return (key) => go !== "" && key.startsWith(`${prefix}${go}:`);
}
