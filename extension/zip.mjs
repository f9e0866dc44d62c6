// A zip archive whose bytes depend on nothing but the files: one date for all, no owners, and nothing
// packed, since packers differ (PKWARE APPNOTE 6.3.3).

const DATE = (0 << 9) | (1 << 5) | 1; // 1980-01-01, the earliest that the format knows
const VERSION = 10;
const UTF8_NAMES = 0x800;

/** CRC-32 as in ISO 3309; Node has one of its own only from 20.15 on. */
function crc32(bytes) {
  let rest = ~0;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}

/** What local and central headers say alike, from "version needed" to the extra field's length. */
function facts(name, bytes) {
  const words = Buffer.alloc(26);
  words.writeUInt16LE(VERSION, 0);
  words.writeUInt16LE(UTF8_NAMES, 2);
  words.writeUInt16LE(DATE, 8);
  words.writeUInt32LE(crc32(bytes), 10);
  words.writeUInt32LE(bytes.length, 14);
  words.writeUInt32LE(bytes.length, 18);
  words.writeUInt16LE(Buffer.byteLength(name), 22);
  return words;
}

function signature(text, ...rest) {
  return Buffer.concat([Buffer.from(text, "latin1"), ...rest]);
}

/** `files`: name and bytes of each, in the order in which they are to lie. */
export function zipped(files) {
  const locals = [];
  const centrals = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const common = facts(name, bytes);
    const local = signature("PK\x03\x04", common, Buffer.from(name), bytes);
    const place = Buffer.alloc(14); // comment, disk, attributes: none
    place.writeUInt32LE(offset, 10);
    centrals.push(signature("PK\x01\x02", Buffer.from([VERSION, 0]), common, place, Buffer.from(name)));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, signature("PK\x05\x06", end)]);
}
