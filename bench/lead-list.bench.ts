/**
 * 线索库 with 100,000 leads, in Chromium at the built station, as a person sees it. Mount: from the click in the navigation (as the
 * browser stamped it) until the frame that has the rows in view is through the main thread, in a window that has shown the list before;
 * median. Frames: intervals of requestAnimationFrame while the wheel turns and while the scrollbar is dragged from end to end; p95, of
 * which 33.4 ms are two ticks of a screen with sixty. Search: from the last key until the frame with the rows of the answer behind that
 * key, whatever the window waits for; p95. MOUNTS=… SEARCHES=… for a shorter run, WIDE=1 for 1920×1080.
 * To stderr: processor time of the page's main thread, how long rows stood blank, and frames of a page that has nothing but height: what
 * those lose, the machine has lost.
 */
import { loadavg } from 'node:os';
import { build } from '#tests/support/build.ts';
import { launchChromium, openPage } from '#tests/support/chromium.ts';
import { median, percentile, type Figure } from './figure.ts';
import { makeBigDesk } from './support/big-desk.ts';
import { ListWindow, emptyPageFrames, type SearchAsked } from './support/list-window.ts';
import { startStationProcess } from './support/station-process.ts';

const mounts = Number(process.env['MOUNTS'] ?? 15);
const searches = Number(process.env['SEARCHES'] ?? 40);
const size = process.env['WIDE'] ? { width: 1920, height: 1080 } : { width: 1280, height: 800 };

/** What the names of the sample leads are made of, with its pinyin and the initials of that. */
const words = [
  ['深圳', 'shenzhen'], ['上海', 'shanghai'], ['成都', 'chengdu'], ['杭州', 'hangzhou'], ['武汉', 'wuhan'], ['西安', 'xian'], ['青岛', 'qingdao'],
  ['厦门', 'xiamen'], ['锦程', 'jincheng'], ['华远', 'huayuan'], ['鼎盛', 'dingsheng'], ['众合', 'zhonghe'], ['启明', 'qiming'], ['恒通', 'hengtong'],
  ['瑞丰', 'ruifeng'], ['博雅', 'boya'], ['天和', 'tianhe'], ['万象', 'wanxiang'], ['云帆', 'yunfan'], ['海川', 'haichuan'], ['科技', 'keji'],
  ['贸易', 'maoyi'], ['机械', 'jixie'], ['教育', 'jiaoyu'], ['餐饮', 'canyin'], ['物流', 'wuliu'], ['建材', 'jiancai'], ['服装', 'fuzhuang'],
] as const; // prettier-ignore
/** Of two words of a name, one behind the other: their inner characters, and the initials of both; none that could be read as other ones (`sh` is one initial or two). */
const pairs = [
  ['程科', '深圳锦程', 'szjc'], ['远贸', '成都华远', 'cdhy'], ['盛机', '武汉鼎盛', 'whds'], ['合教', '武汉众合', 'whzh'], ['明餐', '成都启明', 'cdqm'],
  ['通物', '成都恒通', 'cdht'], ['丰建', '杭州瑞丰', 'hzrf'], ['雅服', '杭州博雅', 'hzby'], ['和科', '武汉天和', 'whth'], ['象贸', '西安万象', 'xawx'],
  ['帆机', '青岛云帆', 'qdyf'], ['川教', '厦门海川', 'xmhc'],
] as const; // prettier-ignore
const questions: Record<string, readonly SearchAsked[]> = {
  characters: [...words, ...pairs].map(([typed]) => ({ typed, finds: typed, atOnce: true })),
  pinyin: [
    // `xian` is the beginning of 万象's second syllable too.
    ...words.filter(([, typed]) => typed !== 'xian').map(([finds, typed]) => ({ typed, finds })),
    ...pairs.map(([, finds, typed]) => ({ typed, finds })),
  ],
  digits: Array.from({ length: 40 }, (_, n) => {
    const typed = String(((n + 1) * 3571) % 10_000).padStart(4, '0');
    return { typed, finds: typed };
  }),
};

function tell(what: string, samples: readonly number[], more = ''): void {
  const [p50, p95, most] = [median(samples), percentile(samples, 0.95), Math.max(0, ...samples)].map((ms) => ms.toFixed(1)); // prettier-ignore
  console.error(`lead-list: ${what} (${samples.length}) p50 ${p50}, p95 ${p95}, most ${most} ms, load ${loadavg()[0]?.toFixed(1)} ${more}`); // prettier-ignore
}

export async function run(): Promise<Figure[]> {
  build('renderer', 'main');
  const desk = await makeBigDesk();
  const station = await startStationProcess(desk.dataDir);
  const browser = await launchChromium({ scrollbars: true });
  try {
    const empty = await emptyPageFrames(browser, size);
    const { page, complaints } = await openPage(browser, 'about:blank', size);
    const list = await ListWindow.open(page, station.url, 'nav-leads');
    const figures = await useList(list);
    empty.push(...(await emptyPageFrames(browser, size)));
    tell('frames of an empty page', empty);
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
    return figures;
  } finally {
    await browser.close();
    await station.stop();
    desk.remove();
  }
}

async function useList(list: ListWindow): Promise<Figure[]> {
  const first = await list.mount('nav-workbench');
  const mounted: number[] = [];
  for (let n = 0; n < mounts; n += 1) mounted.push(await list.mount('nav-workbench'));
  tell('mount', mounted, `first ${first.toFixed(0)}, ${list.work()}`);
  const figures: Figure[] = [{ name: 'lead-list-mount', value: median(mounted), unit: 'ms', bar: 150 }];
  for (const way of ['wheel', 'drag'] as const) {
    const { intervals, blanks } = await list[way]();
    tell(`frames, ${way}`, intervals, list.work());
    // Whoever drags by thousands of rows at once sees none of them before they rest.
    if (way === 'wheel') tell('rows blank, wheel', blanks);
    figures.push({ name: `lead-list-frame-${way}`, value: percentile(intervals, 0.95), unit: 'ms', bar: 33.4 });
  }
  for (const [kind, asked] of Object.entries(questions)) {
    const took: number[] = [];
    for (const question of asked.slice(0, searches)) took.push(await list.search('leads-search', question));
    tell(`search by ${kind}`, took, list.work());
    figures.push({ name: `lead-list-search-${kind}`, value: percentile(took, 0.95), unit: 'ms', bar: 50 });
  }
  return figures;
}
