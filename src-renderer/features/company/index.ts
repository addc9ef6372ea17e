/** 公司管理: what those see who have a right to administer something. */
export { companyPages, useCompanyPages } from './pages.ts';
export { default as HoldRecording } from './recordings/HoldRecording.vue';
export { default as CompanyPage } from './CompanyPage.vue';
