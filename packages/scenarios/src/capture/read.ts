import { CaptureError } from './error.ts';
import type { CapturedFrames } from './frame.ts';
import { octetsOf } from './octets.ts';
import { PCAP_MAGICS, readPcap } from './pcap.ts';
import { readPcapng, SECTION } from './pcapng.ts';

const GZIP = 0x1f8b;

/** Reads what tcpdump, Wireshark and their like write. @throws CaptureError */
export const readFrames = (file: string, bytes: Uint8Array): CapturedFrames => {
  const octets = octetsOf(bytes);
  if (bytes.length < 4) throw new CaptureError(file, bytes.length, 'the file ends before it says what it is', 'capture with tcpdump -w FILE');
  const magic = octets.u32(0);
  if (magic in PCAP_MAGICS) return readPcap(file, bytes);
  if (magic === SECTION) return readPcapng(file, bytes);
  if (octets.u16(0) === GZIP) throw new CaptureError(file, 0, 'a compressed file', 'unpack it first: gunzip');
  throw new CaptureError(file, 0, 'neither pcap nor pcapng', 'capture with tcpdump -w FILE');
};
