/**
 * Did this constraint or unique index refuse what was written? What such a refusal means is the module's to say: of two
 * who take a name at once, only the database sees both. (SQLSTATE class 23, PostgreSQL docs, appendix A.)
 */
export const refusedBy = (error: unknown, constraint: string): boolean =>
  error instanceof Error &&
  /^23\w{3}$/.test(String((error as { code?: unknown }).code)) &&
  (error as { constraint?: unknown }).constraint === constraint;
