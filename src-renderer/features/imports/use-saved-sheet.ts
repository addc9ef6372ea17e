import { useCommand } from '#renderer/app/desk.ts';
import { useUiContext } from '#renderer/ui/index.ts';

/** The engine writes a sheet, the browser saves it where the person wants it. */
export function useSavedSheet() {
  const { locale } = useUiContext();
  const report = useCommand('imports.report');
  const template = useCommand('imports.template');
  function save(file: { readonly url: string; readonly fileName: string }): void {
    const link = document.createElement('a');
    link.href = file.url;
    link.download = file.fileName;
    link.click();
  }
  return {
    report,
    template,
    async saveReport(id: string): Promise<void> {
      const made = await report.run({ id, locale: locale.value });
      if (made.ok) save(made.value);
    },
    async saveTemplate(): Promise<void> {
      const made = await template.run({ locale: locale.value });
      if (made.ok) save(made.value);
    },
  };
}
