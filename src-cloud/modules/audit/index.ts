/** Who did what. Any module writes its entry in the transaction of the deed: there is none without the other. */
export { auditByItself, auditMark, writeAudit, type AuditMark } from './repository.ts';
export { auditBegins, cutAudit } from './cut.ts';
export { registerAudit } from './routes.ts';
