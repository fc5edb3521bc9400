// A QR code (ISO/IEC 18004) for the one thing the console shows as one: the authenticator's
// address at sign-up. Byte mode, error correction M, versions 1 to 12 (287 bytes). Pure: text in,
// rows of dark and light out; drawing is parts/code.tsx.

// Of each version at level M: error words of a block, and how many data words its blocks have.
const blocks: readonly [number, readonly number[]][] = [
  [10, [16]], [16, [28]], [26, [44]], [18, [32, 32]], [24, [43, 43]], [16, [27, 27, 27, 27]],
  [18, [31, 31, 31, 31]], [22, [38, 38, 39, 39]], [22, [36, 36, 36, 37, 37]],
  [26, [43, 43, 43, 43, 44]], [30, [50, 51, 51, 51, 51]], [22, [36, 36, 36, 36, 36, 36, 37, 37]],
];
const centres: readonly (readonly number[])[] = [
  [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46],
  [6, 28, 50], [6, 30, 54], [6, 32, 58],
];

type Grid = boolean[][];
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

// Multiplication in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1.
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
}

function divisor(degree: number): number[] {
  const out = Array<number>(degree).fill(0);
  out[degree - 1] = 1;
  let power = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) out[j] = times(out[j]!, power) ^ (out[j + 1] ?? 0);
    power = times(power, 2);
  }
  return out;
}

function errorWords(data: readonly number[], by: readonly number[]): number[] {
  const left = by.map(() => 0);
  for (const word of data) {
    const factor = word ^ left.shift()!;
    left.push(0);
    by.forEach((coefficient, i) => (left[i]! ^= times(coefficient, factor)));
  }
  return left;
}

function dataWords(text: Uint8Array, version: number, room: number): number[] {
  const bits: number[] = [];
  const put = (value: number, many: number) => {
    for (let i = many - 1; i >= 0; i--) bits.push((value >> i) & 1);
  };
  put(4, 4);
  put(text.length, version < 10 ? 8 : 16);
  text.forEach((byte) => put(byte, 8));
  put(0, Math.min(4, room * 8 - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  const words: number[] = [];
  for (let i = 0; i < bits.length; i += 8) words.push(parseInt(bits.slice(i, i + 8).join(""), 2));
  for (let pad = 0xec; words.length < room; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

// Blocks are laid out a word from each in turn: damage in one place is shared by all.
function interleaved(words: readonly number[], degree: number, sizes: readonly number[]): number[] {
  const by = divisor(degree);
  let at = 0;
  const data = sizes.map((size) => words.slice(at, (at += size)));
  const errors = data.map((block) => errorWords(block, by));
  const out: number[] = [];
  for (let i = 0; i < Math.max(...sizes); i++)
    for (const block of data) if (i < block.length) out.push(block[i]!);
  for (let i = 0; i < degree; i++) for (const block of errors) out.push(block[i]!);
  return out;
}

// What is no data: finders, timing, alignment, version. `taken` tells which modules those are.
function frame(version: number): { dark: Grid; taken: Grid } {
  const size = version * 4 + 17;
  const dark: Grid = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const taken: Grid = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const set = (x: number, y: number, is: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    dark[y]![x] = is;
    taken[y]![x] = true;
  };
  const square = (cx: number, cy: number, reach: number, light: readonly number[]) => {
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++)
        set(cx + dx, cy + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) square(x, y, 4, [2, 4]);
  const marks = centres[version - 1]!;
  const last = marks.length - 1;
  marks.forEach((x, i) => marks.forEach((y, j) => {
    if (!((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)))
      square(x, y, 2, [1]);
  }));
  if (version >= 7) versionBits(version, size, set);
  writeFormat(dark, 0, set);
  return { dark, taken };
}

type Set = (x: number, y: number, is: boolean) => void;

function versionBits(version: number, size: number, set: Set): void {
  let rest = version;
  for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let i = 0; i < 18; i++) {
    const is = ((bits >> i) & 1) === 1;
    const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
    set(a, b, is);
    set(b, a, is);
  }
}

// Level M is 00, so the format is the mask's number alone; it stands twice.
function writeFormat(dark: Grid, mask: number, set: Set): void {
  const size = dark.length;
  let rest = mask;
  for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((mask << 10) | rest) ^ 0x5412;
  const bit = (i: number) => ((bits >> i) & 1) === 1;
  for (let i = 0; i < 15; i++) {
    const along = i < 6 ? i : i < 8 ? i + 1 : size - 15 + i;
    set(8, along, bit(i));
    const across = i < 8 ? size - 1 - i : i === 8 ? 7 : 14 - i;
    set(across, 8, bit(i));
  }
  set(8, size - 8, true);
}

function fill(dark: Grid, taken: Grid, words: readonly number[]): void {
  const size = dark.length;
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (taken[y]![x] || at >= words.length * 8) continue;
        dark[y]![x] = ((words[at >> 3]! >> (7 - (at & 7))) & 1) === 1;
        at++;
      }
    }
  }
}

const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

// How hard a pattern is to read: long runs, blocks, false finders, and too much of one shade.
function penalty(dark: Grid): number {
  const size = dark.length;
  const column = (x: number) => dark.map((row) => row[x]!);
  const lines = [...dark, ...dark.map((_, x) => column(x))]
    .map((line) => line.map((is) => (is ? "1" : "0")).join(""));
  let points = 0;
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) points += run.length - 2;
    points += 40 * (line.match(/(?=10111010000|00001011101)/g) ?? []).length;
  }
  for (let y = 1; y < size; y++)
    for (let x = 1; x < size; x++) {
      const is = dark[y]![x];
      if (dark[y - 1]![x] === is && dark[y]![x - 1] === is && dark[y - 1]![x - 1] === is)
        points += 3;
    }
  const share = sum(dark.map((row) => row.filter(Boolean).length)) / (size * size);
  return points + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}

function masked(dark: Grid, taken: Grid, mask: number): Grid {
  const out = dark.map((row, y) =>
    row.map((is, x) => (taken[y]![x] ? is : is !== masks[mask]!(x, y))));
  writeFormat(out, mask, (x, y, is) => (out[y]![x] = is));
  return out;
}

// Null when the text is too long for the versions drawn here.
export function qrCode(text: string): Grid | null {
  const bytes = new TextEncoder().encode(text);
  const index = blocks.findIndex(([, sizes], i) =>
    sum(sizes) * 8 >= 4 + (i + 1 < 10 ? 8 : 16) + bytes.length * 8);
  const row = blocks[index];
  if (!row) return null;
  const [degree, sizes] = row;
  const version = index + 1;
  const words = interleaved(dataWords(bytes, version, sum(sizes)), degree, sizes);
  const { dark, taken } = frame(version);
  fill(dark, taken, words);
  const all = masks.map((_, mask) => masked(dark, taken, mask));
  return all.reduce((best, next) => (penalty(next) < penalty(best) ? next : best));
}

// One SVG path in a box of side `size`, with the quiet zone of four modules.
export function qrPath(code: Grid): { size: number; path: string } {
  let path = "";
  code.forEach((row, y) => row.forEach((is, x) => {
    if (is) path += `M${x + 4} ${y + 4}h1v1h-1z`;
  }));
  return { size: code.length + 8, path };
}
