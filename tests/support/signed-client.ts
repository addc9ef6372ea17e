import { createCloudClient, type CloudClient, type Tokens } from '#engine/sync/cloud-client.ts';
import { systemClock } from '#cloud/main/system.ts';

/** The desk's client with a session of its own in memory, as one device of one person. */
export async function signedClient(
  cloudUrl: string,
  { account, password, deviceId }: { account: string; password: string; deviceId: string },
): Promise<CloudClient> {
  let stored: Tokens | null = null;
  const tokens = { load: () => stored, save: (next: Tokens | null) => void (stored = next) };
  const onSignedOut = (): void => undefined;
  const client = createCloudClient({ baseUrl: cloudUrl, clock: systemClock, tokens, deviceId, onSignedOut });
  await client.signIn(account, password, 'test');
  return client;
}
