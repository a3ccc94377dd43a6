// The lowest contrast (WCAG 2) of any visible text on the page, and where: computed in the page.
export const lowestContrast = (page) => page.evaluate(() => {
  const parse = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const channel = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  let lowest = { ratio: 99, where: "" };
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    // Zeros of the tables and dashes of the matrix are quiet on purpose: they stand for nothing.
    if (!own || !element.checkVisibility() || element.closest(".zero, .absent, .unseen")) continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(background(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < lowest.ratio) lowest = { ratio, where: `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 40)}` };
  }
  return lowest;
});
