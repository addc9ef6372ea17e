/** Writes a sheet of customers as Chinese spreadsheets have it, numbers as numbers: `sheet-main.ts PATH ROWS`. */
import writeXlsx from 'write-excel-file/node';

const [path = '', rows = '0'] = process.argv.slice(2);
const heads = [
  '企业名称',
  '联系人',
  '电话',
  '统一社会信用代码',
  '注册资本',
  '行业',
  '地区',
  '法定代表人',
  '地址',
  '备注',
];
const text = (value: string) => ({ value, type: String });
const row = (n: number) => [
  text(`示例市恒辉${n}号科技有限公司`), text(`王示例${n % 900}`), { value: 15_400_000_000 + n, type: Number }, text(''),
  text(`${(n % 50) * 100}万元`), text('软件和信息技术服务业'), text('示例市高新区'), text('李示例'), text(`示例市高新区示例路${n}号`),
  text(n % 10 === 0 ? '展会上谈过' : ''),
]; // prettier-ignore
await writeXlsx([heads.map(text), ...Array.from({ length: Number(rows) }, (_, n) => row(n))]).toFile(path);
