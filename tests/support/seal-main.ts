import { openFolder, sealFolder } from '#engine/features/session/sealed-folder.ts';
import { diskThatEnds } from '#engine/features/session/testing/failing-disk.ts';

/** Seals or opens a folder and dies by SIGKILL in front of one step. Arguments: seal|open, folder, key in hex, step. */
const [, , what, folder = '', key = '', at = ''] = process.argv;
const { disk } = diskThatEnds(Number(at), () => process.kill(process.pid, 'SIGKILL'));
const secret = Buffer.from(key, 'hex');
if (what === 'seal') await sealFolder(folder, secret, { byCloud: null, byPassword: null }, disk);
else await openFolder(folder, secret, disk);
