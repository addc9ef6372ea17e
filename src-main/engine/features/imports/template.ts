import type { ImportLocale } from '#shared/domain/lead-import-words.ts';

/** The headings of the template, each of which is recognised again, and a line of sample data. */
export const templateRows = (locale: ImportLocale): string[][] =>
  locale === 'en'
    ? [
        ['Company name', 'Contact', 'Job title', 'Phone', 'Credit code', 'Region', 'Industry', 'Capital', 'Address', 'Legal person', 'Stage', 'Tags', 'Next follow-up', 'Note'],
        ['Sample Trading Co.', 'Wang', 'Buyer', '15400000001', '', 'Hangzhou', 'Trade', '5000000', 'Sample road 1', 'Li', 'Contacted', 'Key account;Fair', '2027-01-05 10:00', 'Sample line, delete it'],
      ]
    : [
        ['企业名称', '联系人', '职务', '联系电话', '统一社会信用代码', '地区', '行业', '注册资本', '地址', '法定代表人', '阶段', '标签', '下次跟进', '备注'],
        ['示例市恒辉贸易有限公司', '王示例', '采购经理', '15400000001', '', '示例市', '贸易', '500万元', '示例市示例路1号', '李示例', '已联系', '重点；展会', '2027-01-05 10:00', '示例行，填写前请删除'],
      ]; // prettier-ignore
