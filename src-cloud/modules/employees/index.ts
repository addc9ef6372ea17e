/** The people of a company, as far as a role may see them. */
export { employeesById, findEmployee } from './repository.ts';
export { registerEmployees } from './routes.ts';
