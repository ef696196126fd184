import { KNOWN_FILES } from '../playground/input.ts';

type Texts = Readonly<Record<string, string>>;

/** The texts of a folder's files, by their names; folders in it are left out. */
export const readFiles = async (files: readonly File[]): Promise<Texts> => Object.fromEntries(await Promise.all(files.map(async (file): Promise<[string, string]> => [file.name, decode(await file.arrayBuffer())])));

/** UTF-8, or the UTF-16 that PowerShell writes, which a byte order mark begins. */
const decode = (octets: ArrayBuffer): string => {
  const [first, second] = new Uint8Array(octets);
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(octets);
  return new TextDecoder(first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8').decode(octets);
};

/** Files that were dropped: one by one, or the folder that they are in. */
export const readDrop = async (transfer: DataTransfer): Promise<Texts> => {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  // What another page drags here has files, and is in no file system.
  if (entries.length === 0) return readFiles([...transfer.files]);
  return readFiles((await Promise.all(entries.map(filesOf))).flat());
};

const filesOf = async (entry: FileSystemEntry): Promise<readonly File[]> => {
  if (isFile(entry)) return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
  if (!isFolder(entry)) return [];
  const inside = await allEntries(entry.createReader());
  return Promise.all(inside.filter(isFile).map((file) => new Promise<File>((resolve, reject) => file.file(resolve, reject))));
};

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** A reader gives some entries at a time, and none when there are no more. */
const allEntries = async (reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> => {
  const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
  return some.length === 0 ? [] : [...some, ...(await allEntries(reader))];
};

/** Hidden files and notes in words are no part of a node. */
export const nodeFilesOf = (texts: Texts): Texts => Object.fromEntries(Object.entries(texts).filter(([name]) => KNOWN_FILES.includes(name) || !/^(?:\.|readme\b)/i.test(name)));
