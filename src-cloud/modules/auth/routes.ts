import { changePassword, devices, endDevice, me, refresh, signIn, signOut } from '#shared/cloud-contract/contract.ts';
import type { Registrar } from '../../app/register.ts';
import type { DeviceService } from './devices.ts';
import type { AuthService } from './service.ts';

export function registerAuth(registrar: Registrar, auth: AuthService, ofDevices: DeviceService): void {
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
  registrar.add(devices, async ({ scope, query, request }) => {
    const familyId = await auth.familyOf(request.headers.authorization);
    return { devices: await ofDevices.list(scope, familyId, query.employeeId) };
  });
  registrar.add(endDevice, async ({ scope, params }) => {
    await ofDevices.end(scope, params.id);
    return {};
  });
  registrar.add(me, ({ scope }) => auth.me(scope));
}
