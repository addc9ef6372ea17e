import { flipFuses, FuseVersion, FuseV1Options } from '@electron/fuses';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Sets every fuse of the packed Electron. Strict: a fuse that a later Electron adds stops the packing until somebody
 * has decided about it (electron-builder's own `electronFuses` does not know wasmTrapHandlers).
 * @param {import('electron-builder').AfterPackContext} context
 */
export default async function afterPack(context) {
  await flipFuses(electronBinary(context), {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    resetAdHocDarwinSignature: context.electronPlatformName === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    // Electron checks it on Windows and macOS; on Linux the fuse has no effect.
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    [FuseV1Options.WasmTrapHandlers]: true,
  });
}

function electronBinary({ appOutDir, electronPlatformName, packager }) {
  if (electronPlatformName === 'darwin')
    return join(
      appOutDir,
      readdirSync(appOutDir).find((name) => name.endsWith('.app')),
    );
  if (electronPlatformName === 'win32') return join(appOutDir, `${packager.appInfo.productFilename}.exe`);
  return join(appOutDir, packager.executableName);
}
