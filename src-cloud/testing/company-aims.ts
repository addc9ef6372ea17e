import type { companyRoutes } from '#shared/cloud-contract/contract.ts';
import { aimed, post, reading, type Aim } from './aims.ts';

const ofDepartment = '/v1/company/departments';
/** Of what these make, to be removed again. */
export const madeName = '新ZQY';
/** Routes of administration, as those ask who have the right to in their own company; who has not is refused anyway. */
export const companyAims: Record<keyof typeof companyRoutes, Aim> = {
  departments: reading(ofDepartment),
  createDepartment: ({ companyId, departmentId }) => [
    aimed('in their company', post(ofDepartment, { name: madeName, companyId, company_id: companyId, id: departmentId }), 'own'),
  ],
  renameDepartment: ({ departmentId, employeeId }) =>
    [departmentId, employeeId].map((id) => aimed(id, { method: 'PATCH', url: `${ofDepartment}/${id}`, body: { name: madeName } }, 'refused')),
  removeDepartment: ({ departmentId, employeeId }) =>
    [departmentId, employeeId].map((id) => aimed(id, { method: 'DELETE', url: `${ofDepartment}/${id}` }, 'refused')),
  companyEmployees: (theirs, mine) => [
    ...reading('/v1/company/employees')(theirs, mine),
    aimed('of their department', { url: `/v1/company/employees?departmentId=${theirs.departmentId}` }, 'own'),
    aimed('by their name', { url: `/v1/company/employees?search=${encodeURIComponent(theirs.mark)}` }, 'own'),
  ],
  recordingRule: reading('/v1/company/recordings/rule'),
  setRecordingRule: ({ companyId }) => [
    aimed('of their company', { method: 'PUT', url: '/v1/company/recordings/rule', body: { keepDays: null, companyId } }, 'own'),
  ],
  recordingHolds: reading('/v1/company/recordings/holds'),
  holdRecording: ({ recordingId, uploadId, callId }) =>
    [recordingId, uploadId, callId].map((id) => aimed(id, { method: 'PUT', url: `/v1/company/recordings/${id}/hold`, body: { reason: 'x' } }, 'refused')),
  releaseRecording: ({ recordingId, uploadId, callId }) =>
    [recordingId, uploadId, callId].map((id) => aimed(id, { method: 'DELETE', url: `/v1/company/recordings/${id}/hold` }, 'refused')),
}; // prettier-ignore
