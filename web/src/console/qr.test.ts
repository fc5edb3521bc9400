// QR codes by their frame and by what a reader of another make decoded: the digest of a code that
// was read back with zbarimg 0.23.92, as all versions from 1 to 12 were.
import assert from "node:assert/strict";
import { test } from "node:test";
import { qrCode, qrPath } from "./qr";

const text = "otpauth://totp/Limen:ada%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Limen";

// FNV-1a, 32 bits: enough to notice that one module changed.
function digest(code: boolean[][]): number {
  let hash = 0x811c9dc5;
  for (const row of code) for (const is of row) hash = Math.imul(hash ^ (is ? 49 : 48), 0x01000193);
  return hash >>> 0;
}

test("the smallest version that holds the text is taken", () => {
  const rows: [number, number][] = [
    [1, 21], [14, 21], [15, 25], [62, 33], [106, 41], [107, 45], [180, 53], [213, 57], [287, 65],
  ];
  for (const [length, size] of rows) assert.equal(qrCode("a".repeat(length))?.length, size);
  assert.equal(qrCode("a".repeat(288)), null);
});

test("three corners have a finder, and the module that is always dark is", () => {
  const code = qrCode(text) ?? [];
  const last = code.length - 1;
  for (const [x, y] of [[0, 0], [last - 6, 0], [0, last - 6]] as const)
    for (let i = 0; i < 7; i++) {
      assert.ok(code[y]![x + i] && code[y + 6]![x + i] && code[y + i]![x] && code[y + i]![x + 6]);
      assert.ok(code[y + 3]![x + 3]);
    }
  assert.ok(code[last - 7]![8]);
});

test("a code that was read back stays as it is, and is drawn with its quiet zone", () => {
  const code = qrCode(text) ?? [];
  assert.equal(digest(code), 2658818203);
  const { size, path } = qrPath(code);
  assert.equal(size, code.length + 8);
  assert.equal(path.match(/M/g)?.length, code.flat().filter(Boolean).length);
  assert.ok(path.startsWith("M4 4h1v1h-1z"));
});
