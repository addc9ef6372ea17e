import { changePassword, me, refresh, signIn, signOut } from '#shared/cloud-contract/contract.ts';
import type { Registrar } from '../../app/register.ts';
import type { AuthService } from './service.ts';

export function registerAuth(registrar: Registrar, auth: AuthService): void {
  registrar.add(signIn, ({ body, request }) => auth.signIn(body.account, body.password, body, request.ip));
  registrar.add(refresh, ({ body }) => auth.refresh(body.refreshToken, body.deviceId));
  registrar.add(signOut, async ({ body }) => {
    await auth.signOut(body.refreshToken);
    return {};
  });
  registrar.add(changePassword, async ({ scope, body, request }) => {
    const session = { scope, familyId: await auth.familyOf(request.headers.authorization) };
    await auth.changePassword(session, body, request.ip);
    return {};
  });
  registrar.add(me, ({ scope }) => auth.me(scope));
}
