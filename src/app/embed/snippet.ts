const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeAttribute = (text: string) => text.replaceAll(/[&<>"]/g, (char) => ESCAPES[char] ?? char);

/** HTML to paste into a page. `height` in CSS pixels; the width is that of the place it is pasted into. */
export function embedSnippet(link: string, title: string, height: number): string {
  return `<iframe src="${escapeAttribute(link)}" title="${escapeAttribute(title)}" width="100%" height="${height}" style="border: 0" loading="lazy"></iframe>`;
}
