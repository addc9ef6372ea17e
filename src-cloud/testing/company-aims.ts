import type { companyRoutes } from '#shared/cloud-contract/contract.ts';
import { defaultCallRules } from '#shared/domain/call-rules.ts';
import { defaultPoolRules } from '#shared/domain/pool-rules.ts';
import { aimed, asTheirCompany, post, reading, type Aim, type Aimed } from './aims.ts';
import { markedAccount, type TheirRows } from './marked-rows.ts';

const ofDepartment = '/v1/company/departments';
const ofEmployee = '/v1/company/employees';
const ofListing = '/v1/company/listings';
const ofOpener = '/v1/company/openers';
const ofSnippet = '/v1/company/snippets';
const ofOutcomes = '/v1/company/outcomes';
const ofScript = '/v1/company/scripts';
const ofCallRules = '/v1/company/call-rules';
const ofSipAccount = '/v1/company/sip-accounts';
const ofNumber = '/v1/company/capability-numbers';
const ofQuotas = '/v1/company/quotas';
const ofPoolRules = '/v1/company/pool-rules';
const ofAudit = '/v1/company/audit';
const ofDevices = '/v1/company/devices';
/** By their person, what they did it on, their name, and a place in their log. */
const logQuestions = ({ employeeId, callId, recordingId, mark, companyId }: TheirRows): [string, string][] => [
  ['of their person', `employeeId=${employeeId}&companyId=${companyId}`],
  ['on what is theirs', `entityId=${recordingId}`],
  ['by their name', `search=${encodeURIComponent(mark)}`],
  ['from their place', `before=8640000000000000.${callId}`],
];
/** Of what these make, to be removed again. */
export const madeName = '新ZQY';
export const madeAccount = 'neu-zqy';
const made = { list: 'blacklist', number: '15400000197', reason: madeName, expiresAt: null };
const madeNumber = {
  number: '15400000195',
  answeringNumber: '',
  usage: 'both',
  employeeId: null,
  departmentId: null,
  note: madeName,
};
const snippet = { category: '', title: madeName, text: 'x' };
const script = { title: madeName, text: 'x', active: true };
const opener = {
  name: madeName,
  text: '',
  departmentIds: null,
  enabled: true,
  isDefault: true,
  sha256: 'a'.repeat(64),
};
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
    ...reading(ofEmployee)(theirs, mine),
    aimed('of their department', { url: `${ofEmployee}?departmentId=${theirs.departmentId}` }, 'own'),
    aimed('by their name', { url: `${ofEmployee}?search=${encodeURIComponent(theirs.mark)}` }, 'own'),
  ],
  createEmployee: ({ companyId, departmentId, session: { employee } }) => {
    const person = { account: madeAccount, name: 'x', role: 'agent', departmentId: null };
    return [
      aimed('with their company', post(ofEmployee, { ...person, companyId, company_id: companyId }), 'own'),
      aimed('in their department', post(ofEmployee, { ...person, account: `${madeAccount}-2`, departmentId }), 'refused'),
      aimed('with their account', post(ofEmployee, { ...person, account: employee.account.toUpperCase() }), 'refused'),
    ];
  },
  changeEmployee: (theirs, mine) => {
    const change = (id: string, body: object): Aimed => aimed(id, { method: 'PATCH', url: `${ofEmployee}/${id}`, body }, 'refused');
    return [
      ...[theirs.employeeId, theirs.departmentId].map((id) => change(id, { name: 'x', role: 'admin', disabled: true })),
      change(mine.employeeId, { departmentId: theirs.departmentId }),
    ];
  },
  resetPassword: ({ employeeId, departmentId }) =>
    [employeeId, departmentId].map((id) => aimed(id, post(`${ofEmployee}/${id}/password`, {}), 'refused')),
  listings: (theirs) => [
    aimed('as it is', { url: `${ofListing}?list=blacklist` }, 'own'),
    aimed('with their company', { url: `${asTheirCompany(ofListing, theirs).url}&list=blacklist` }, 'own'),
    aimed('their number', { url: `${ofListing}?list=blacklist&state=requested&search=15400000198` }, 'own'),
  ],
  createListing: ({ companyId, employeeId, listingId }) => [
    aimed('in their name', post(ofListing, { ...made, companyId, employeeId, id: listingId }), 'own'),
  ],
  decideListing: ({ listingId, employeeId }) =>
    [listingId, employeeId].map((id) => aimed(id, post(`${ofListing}/${id}/decision`, { approve: true, note: madeName, expiresAt: null }), 'refused')),
  removeListing: ({ listingId, employeeId }) =>
    [listingId, employeeId].map((id) => aimed(id, { method: 'DELETE', url: `${ofListing}/${id}` }, 'refused')),
  callRules: reading(ofCallRules),
  // Of a colleague's department it is the administrator's to set them, and nobody else's.
  setCallRules: ({ companyId, departmentId, employeeId }) =>
    [companyId, departmentId, employeeId].map((id) => aimed(id, { method: 'PUT', url: `${ofCallRules}/${id}`, body: { ...defaultCallRules, base: 0 } }, 'refused')),
  removeCallRules: ({ companyId, departmentId }) =>
    [companyId, departmentId].map((id) => aimed(id, { method: 'DELETE', url: `${ofCallRules}/${id}` }, 'refused')),
  poolRules: reading(ofPoolRules),
  // As with call rules.
  setPoolRules: ({ companyId, departmentId, employeeId }) =>
    [companyId, departmentId, employeeId].map((id) => aimed(id, { method: 'PUT', url: `${ofPoolRules}/${id}`, body: { ...defaultPoolRules, base: 0 } }, 'refused')),
  removePoolRules: ({ companyId, departmentId }) =>
    [companyId, departmentId].map((id) => aimed(id, { method: 'DELETE', url: `${ofPoolRules}/${id}` }, 'refused')),
  companyQuotas: reading(ofQuotas),
  setQuota: ({ companyId, departmentId, employeeId }) =>
    ([['company', companyId], ['department', departmentId], ['person', employeeId]] as const).map(([target, targetId]) =>
      aimed(target, { method: 'PUT', url: ofQuotas, body: { target, targetId, share: 'each', kind: 'recording.download', period: 'day', amount: 1 } }, 'refused')),
  removeQuota: ({ quotaId, departmentId }) =>
    [quotaId, departmentId].map((id) => aimed(id, { method: 'DELETE', url: `${ofQuotas}/${id}` }, 'refused')),
  exportRules: reading('/v1/company/export-rules'),
  setExportRules: ({ companyId }) => [
    aimed('of their company', { method: 'PUT', url: '/v1/company/export-rules', body: { agent: 'masked', manager: 'full', admin: 'full', companyId } }, 'own'),
  ],
  offlineRule: reading('/v1/company/offline-sign-in'),
  setOfflineRule: ({ companyId }) => [
    aimed('of their company', { method: 'PUT', url: '/v1/company/offline-sign-in', body: { days: 7, companyId } }, 'own'),
  ],
  recordingRule: reading('/v1/company/recordings/rule'),
  setRecordingRule: ({ companyId }) => [
    aimed('of their company', { method: 'PUT', url: '/v1/company/recordings/rule', body: { keepDays: null, companyId } }, 'own'),
  ],
  recordingHolds: reading('/v1/company/recordings/holds'),
  holdRecording: ({ recordingId, uploadId, callId }) =>
    [recordingId, uploadId, callId].map((id) => aimed(id, { method: 'PUT', url: `/v1/company/recordings/${id}/hold`, body: { reason: 'x' } }, 'refused')),
  companyOpeners: reading(ofOpener),
  createOpener: ({ companyId, departmentId, openerId, soundHash }) => [
    aimed('their sound', post(ofOpener, { ...opener, sha256: soundHash, companyId, id: openerId }), 'refused'),
    aimed('in their department', post(ofOpener, { ...opener, departmentIds: [departmentId] }), 'refused'),
  ],
  changeOpener: ({ openerId, employeeId }) =>
    [openerId, employeeId].map((id) => aimed(id, { method: 'PATCH', url: `${ofOpener}/${id}`, body: { name: madeName, enabled: false } }, 'refused')),
  orderOpeners: ({ openerId }) => [aimed('theirs', { method: 'PUT', url: `${ofOpener}/order`, body: { ids: [openerId] } }, 'refused')],
  removeOpener: ({ openerId, employeeId }) =>
    [openerId, employeeId].map((id) => aimed(id, { method: 'DELETE', url: `${ofOpener}/${id}` }, 'refused')),
  companySnippets: reading(ofSnippet),
  createSnippet: ({ companyId, employeeId, snippetId }) => [
    aimed('in their company', post(ofSnippet, { ...snippet, companyId, employeeId, id: snippetId }), 'own'),
  ],
  importSnippets: ({ companyId, employeeId, snippetId }) => [
    aimed('in their company', post(`${ofSnippet}/import`, { companyId, employeeId, rows: [{ ...snippet, companyId, employeeId, id: snippetId }] }), 'own'), // prettier-ignore
  ],
  changeSnippet: ({ snippetId, employeeId }) =>
    [snippetId, employeeId].map((id) => aimed(id, { method: 'PATCH', url: `${ofSnippet}/${id}`, body: snippet }, 'refused')),
  orderSnippets: ({ snippetId }) => [aimed('theirs', { method: 'PUT', url: `${ofSnippet}/order`, body: { ids: [snippetId] } }, 'refused')],
  removeSnippet: ({ snippetId, employeeId }) =>
    [snippetId, employeeId].map((id) => aimed(id, { method: 'DELETE', url: `${ofSnippet}/${id}` }, 'refused')),
  companyOutcomes: reading(ofOutcomes),
  setOutcomes: ({ companyId, callId }) => {
    const outcomes = [{ id: callId, name: madeName, meaning: 'interested', active: true, requires: [] }];
    return [aimed('in their company', { method: 'PUT', url: ofOutcomes, body: { base: 0, mustChoose: true, outcomes, companyId, id: companyId } }, 'own')];
  },
  companyScripts: reading(ofScript),
  createScript: ({ companyId, scriptId }) => [
    aimed('in their company', post(ofScript, { ...script, companyId, company_id: companyId, id: scriptId }), 'own'),
  ],
  changeScript: ({ scriptId, employeeId }) =>
    [scriptId, employeeId].map((id) => aimed(id, { method: 'PATCH', url: `${ofScript}/${id}`, body: script }, 'refused')),
  orderScripts: ({ scriptId }) => [aimed('theirs', { method: 'PUT', url: `${ofScript}/order`, body: { ids: [scriptId] } }, 'refused')],
  removeScript: ({ scriptId, employeeId }) =>
    [scriptId, employeeId].map((id) => aimed(id, { method: 'DELETE', url: `${ofScript}/${id}` }, 'refused')),
  releaseRecording: ({ recordingId, uploadId, callId }) =>
    [recordingId, uploadId, callId].map((id) => aimed(id, { method: 'DELETE', url: `/v1/company/recordings/${id}/hold` }, 'refused')),
  companySipAccounts: reading(ofSipAccount),
  createSipAccount: ({ companyId, employeeId, sipAccountId }) => {
    const typed = { account: { ...markedAccount, user: '8999', name: madeName }, password: 'x', turnPassword: null };
    return [
      aimed('in their company', post(ofSipAccount, { ...typed, employeeId: null, companyId, company_id: companyId, id: sipAccountId }), 'own'),
      aimed('for their employee', post(ofSipAccount, { ...typed, account: { ...typed.account, user: '8998' }, employeeId }), 'refused'),
    ];
  },
  changeSipAccount: ({ sipAccountId, employeeId, capabilityNumberId }) =>
    [sipAccountId, employeeId, capabilityNumberId].map((id) => aimed(id, { method: 'PUT', url: `${ofSipAccount}/${id}`, body: { account: markedAccount, password: 'x', turnPassword: null, base: 1 } }, 'refused')),
  assignSipAccount: (theirs, mine) => [
    ...[theirs.sipAccountId, theirs.employeeId].map((id) => aimed(id, { method: 'PUT', url: `${ofSipAccount}/${id}/employee`, body: { employeeId: mine.employeeId } }, 'refused')),
    aimed('mine to their employee', { method: 'PUT', url: `${ofSipAccount}/${mine.sipAccountId}/employee`, body: { employeeId: theirs.employeeId } }, 'refused'),
  ],
  removeSipAccount: ({ sipAccountId, employeeId }) =>
    [sipAccountId, employeeId].map((id) => aimed(id, { method: 'DELETE', url: `${ofSipAccount}/${id}` }, 'refused')),
  capabilityNumbers: reading(ofNumber),
  createCapabilityNumber: ({ companyId, employeeId, departmentId, capabilityNumberId }) => [
    aimed('in their company', post(ofNumber, { ...madeNumber, companyId, company_id: companyId, id: capabilityNumberId }), 'own'),
    aimed('for their employee', post(ofNumber, { ...madeNumber, number: '15400000194', employeeId }), 'refused'),
    aimed('for their department', post(ofNumber, { ...madeNumber, number: '15400000193', departmentId: departmentId || employeeId }), 'refused'),
  ],
  changeCapabilityNumber: (theirs, mine) => [
    ...[theirs.capabilityNumberId, theirs.employeeId].map((id) => aimed(id, { method: 'PUT', url: `${ofNumber}/${id}`, body: madeNumber }, 'refused')),
    aimed('mine to their employee', { method: 'PUT', url: `${ofNumber}/${mine.capabilityNumberId}`, body: { ...madeNumber, number: '15400000192', employeeId: theirs.employeeId } }, 'refused'),
  ],
  removeCapabilityNumber: ({ capabilityNumberId, employeeId }) =>
    [capabilityNumberId, employeeId].map((id) => aimed(id, { method: 'DELETE', url: `${ofNumber}/${id}` }, 'refused')),
  audit: (theirs, mine) => [
    ...reading(ofAudit)(theirs, mine),
    ...logQuestions(theirs).map(([what, query]) => aimed(what, { url: `${ofAudit}?${query}` }, 'own')),
  ],
  exportAudit: (theirs) => [
    aimed('all of it', { url: `${ofAudit}/export?locale=en&zone=UTC` }, 'own'),
    ...logQuestions(theirs).map(([what, query]) => aimed(what, { url: `${ofAudit}/export?locale=en&zone=UTC&${query}` }, 'own')),
  ],
  companyDevices: (theirs, mine) => [
    ...reading(ofDevices)(theirs, mine),
    aimed('of their department', { url: `${ofDevices}?departmentId=${theirs.departmentId}` }, 'own'),
    aimed('by their name', { url: `${ofDevices}?search=${encodeURIComponent(theirs.mark)}` }, 'own'),
  ],
  endCompanyDevice: ({ deviceRowId, employeeId, session: { employee } }) =>
    [deviceRowId, employeeId, `device-${employee.account}`].map((id) => aimed(id, { method: 'DELETE', url: `${ofDevices}/${id}` }, 'refused')),
  endDevicesOf: ({ employeeId, departmentId }) =>
    [employeeId, departmentId].map((id) => aimed(id, { method: 'DELETE', url: `${ofEmployee}/${id}/devices` }, 'refused')),
}; // prettier-ignore
