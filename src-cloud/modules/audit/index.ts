/** Who did what. Any module writes its entry in the transaction of the deed: there is none without the other. */
export { auditByItself, auditMark, toldOf, writeAudit, type AuditMark } from './repository.ts';
export { auditBegins, cutAudit } from './cut.ts';
export { registerAudit } from './routes.ts';
