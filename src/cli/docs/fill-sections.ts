/** The page with each section between its markers, `<!-- name -->` and `<!-- /name -->`. Throws when a marker is missing. */
export function fillSections(page: string, sections: Readonly<Record<string, string>>): string {
  return Object.entries(sections).reduce((text, [name, section]) => {
    const [head, ...rest] = text.split(`<!-- ${name} -->`);
    const [, ...tail] = rest.join('').split(`<!-- /${name} -->`);
    if (rest.length !== 1 || tail.length !== 1) throw new Error(`The page needs <!-- ${name} --> and <!-- /${name} --> once each.`);
    return `${head}<!-- ${name} -->\n${section}\n<!-- /${name} -->${tail[0]}`;
  }, page);
}
