// The formats and the keyword of docs/forms.md for AJV, written from that page alone.

const ASCII = /^[\x00-\x7f]*$/;

const ERAS = {
  明治: ['1873-01-01', '1912-07-30', 1868, 'M'],
  大正: ['1912-07-30', '1926-12-25', 1912, 'T'],
  昭和: ['1926-12-25', '1989-01-07', 1926, 'S'],
  平成: ['1989-01-08', '2019-04-30', 1989, 'H'],
  令和: ['2019-05-01', '9999-12-31', 2019, 'R'],
};

const isEraDate = (text) => {
  const narrow = text.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  for (const [name, [first, last, year1, letter]] of Object.entries(ERAS)) {
    const named = new RegExp(`^${name}(元|\\d+)年(\\d+)月(\\d+)日$`);
    const dotted = new RegExp(`^${letter}(元|\\d+)\\.(\\d+)\\.(\\d+)$`);
    const found = narrow.match(named) ?? narrow.match(dotted);
    if (!found) continue;
    const year = year1 - 1 + (found[1] === '元' ? 1 : Number(found[1]));
    const [month, day] = [Number(found[2]), Number(found[3])];
    const date = new Date(Date.UTC(year, month - 1, day));
    const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    const written = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    return exists && first <= written && written <= last;
  }
  return false;
};

const isCorporateNumber = (text) => {
  if (!/^[0-9]{13}$/.test(text)) return false;
  let sum = 0;
  for (let n = 1; n <= 12; n += 1) sum += Number(text[13 - n]) * (n % 2 === 1 ? 1 : 2);
  return Number(text[0]) === 9 - (sum % 9);
};

const isPhone = (text) => {
  const digits = text.replaceAll('-', '');
  const length = /^0[5-9]0/.test(digits) ? 11 : 10;
  return /^0-?[1-9]/.test(text) && /^\d+(-\d+){0,2}$/.test(text) && ASCII.test(text) && digits.length === length;
};

const FORMATS = {
  'jp-postal-code': /^[0-9]{3}-?[0-9]{4}$/,
  'jp-phone': isPhone,
  'jp-kana': /^[\u30a1-\u30fe\u31f0-\u31ff]+([ \u3000][\u30a1-\u30fe\u31f0-\u31ff]+)*$/,
  'jp-era-date': isEraDate,
  'jp-corporate-number': isCorporateNumber,
  'jp-bank-code': /^[0-9]{4}$/,
  'jp-bank-branch-code': /^[0-9]{3}$/,
  'jp-bank-account-number': /^[0-9]{7}$/,
};

const characters = new Intl.Segmenter('ja', { granularity: 'grapheme' });

export const addJapanese = (ajv) => {
  for (const [name, format] of Object.entries(FORMATS)) ajv.addFormat(name, format);
  return ajv.addKeyword({
    keyword: 'x-max-characters',
    type: 'string',
    schemaType: 'number',
    validate: (limit, text) => [...characters.segment(text)].length <= limit,
  });
};
