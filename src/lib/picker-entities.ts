/**
 * Replaces the character references of HTML text: numbers, and the names of HTML 4 with the commonest later
 * ones. Old names need no semicolon, as in browsers.
 */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(REFERENCE, (all, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return character(Number(decimal));
    if (hex !== undefined) return character(Number.parseInt(hex, 16));
    return named(all, name!);
  });
}

const REFERENCE = /&(?:#(\d+);?|#x([\da-f]+);?|([a-z][a-z\d]*;?))/gi;

function character(code: number): string {
  const mapped = WINDOWS_1252[code - 0x80];
  if (mapped !== undefined) return mapped;
  const isValid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isValid ? String.fromCodePoint(code) : "\ufffd";
}

function named(all: string, name: string): string {
  if (name.endsWith(";")) {
    const value = NAMES.get(name.slice(0, -1)) ?? OLD_NAMES.get(name.slice(0, -1));
    if (value !== undefined) return value;
  }
  for (let length = name.length; length > 1; length--) {
    const value = OLD_NAMES.get(name.slice(0, length));
    if (value !== undefined) return value + name.slice(length);
  }
  return all;
}

function table(text: string): ReadonlyMap<string, string> {
  const entries = text.split(/[ \n]+/).filter((entry) => entry !== "");
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** What numbers of the C1 range mean in HTML. */
const WINDOWS_1252: readonly (string | undefined)[] = [
  ..."\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f",
  ..."\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178",
];

/** Names that are known without a semicolon too. */
const OLD_NAMES = table(`
  AElig=\u{c6} AMP=& Aacute=\u{c1} Acirc=\u{c2} Agrave=\u{c0} Aring=\u{c5} Atilde=\u{c3}
  Auml=\u{c4} COPY=\u{a9} Ccedil=\u{c7} ETH=\u{d0} Eacute=\u{c9} Ecirc=\u{ca} Egrave=\u{c8}
  Euml=\u{cb} GT=> Iacute=\u{cd} Icirc=\u{ce} Igrave=\u{cc} Iuml=\u{cf} LT=< Ntilde=\u{d1}
  Oacute=\u{d3} Ocirc=\u{d4} Ograve=\u{d2} Oslash=\u{d8} Otilde=\u{d5} Ouml=\u{d6} QUOT="
  REG=\u{ae} THORN=\u{de} Uacute=\u{da} Ucirc=\u{db} Ugrave=\u{d9} Uuml=\u{dc} Yacute=\u{dd}
  aacute=\u{e1} acirc=\u{e2} acute=\u{b4} aelig=\u{e6} agrave=\u{e0} amp=& aring=\u{e5}
  atilde=\u{e3} auml=\u{e4} brvbar=\u{a6} ccedil=\u{e7} cedil=\u{b8} cent=\u{a2} copy=\u{a9}
  curren=\u{a4} deg=\u{b0} divide=\u{f7} eacute=\u{e9} ecirc=\u{ea} egrave=\u{e8} eth=\u{f0}
  euml=\u{eb} frac12=\u{bd} frac14=\u{bc} frac34=\u{be} gt=> iacute=\u{ed} icirc=\u{ee}
  iexcl=\u{a1} igrave=\u{ec} iquest=\u{bf} iuml=\u{ef} laquo=\u{ab} lt=< macr=\u{af}
  micro=\u{b5} middot=\u{b7} nbsp=\u{a0} not=\u{ac} ntilde=\u{f1} oacute=\u{f3} ocirc=\u{f4}
  ograve=\u{f2} ordf=\u{aa} ordm=\u{ba} oslash=\u{f8} otilde=\u{f5} ouml=\u{f6} para=\u{b6}
  plusmn=\u{b1} pound=\u{a3} quot=" raquo=\u{bb} reg=\u{ae} sect=\u{a7} shy=\u{ad} sup1=\u{b9}
  sup2=\u{b2} sup3=\u{b3} szlig=\u{df} thorn=\u{fe} times=\u{d7} uacute=\u{fa} ucirc=\u{fb}
  ugrave=\u{f9} uml=\u{a8} uuml=\u{fc} yacute=\u{fd} yen=\u{a5} yuml=\u{ff}
`);

const NAMES = table(`
  Abreve=\u{102} Alpha=\u{391} Aogon=\u{104} Beta=\u{392} Cacute=\u{106} Ccaron=\u{10c}
  Chi=\u{3a7} Dagger=\u{2021} Dcaron=\u{10e} Delta=\u{394} Dstrok=\u{110} Ecaron=\u{11a}
  Eogon=\u{118} Epsilon=\u{395} Eta=\u{397} Gamma=\u{393} Gbreve=\u{11e} Hat=^ Idot=\u{130}
  Iota=\u{399} Kappa=\u{39a} Lambda=\u{39b} Lstrok=\u{141} Mu=\u{39c} Nacute=\u{143}
  Ncaron=\u{147} NonBreakingSpace=\u{a0} Nu=\u{39d} OElig=\u{152} Odblac=\u{150}
  Omega=\u{3a9} Omicron=\u{39f} Phi=\u{3a6} Pi=\u{3a0} Prime=\u{2033} Psi=\u{3a8} Rcaron=\u{158}
  Rho=\u{3a1} Sacute=\u{15a} Scaron=\u{160} Scedil=\u{15e} Sigma=\u{3a3} Tab=\u{9} Tau=\u{3a4}
  Tcaron=\u{164} Theta=\u{398} Udblac=\u{170} Upsilon=\u{3a5} Uring=\u{16e} Xi=\u{39e}
  Yuml=\u{178} Zacute=\u{179} Zcaron=\u{17d} Zdot=\u{17b} ZeroWidthSpace=\u{200b} Zeta=\u{396}
  abreve=\u{103} alefsym=\u{2135} alpha=\u{3b1} and=\u{2227} ang=\u{2220} aogon=\u{105} apos='
  ast=* asymp=\u{2248} bdquo=\u{201e} beta=\u{3b2} bigstar=\u{2605} bsol=\u{5c} bull=\u{2022}
  cacute=\u{107} cap=\u{2229} ccaron=\u{10d} check=\u{2713} chi=\u{3c7} circ=\u{2c6}
  clubs=\u{2663} colon=: comma=, commat=@ cong=\u{2245} crarr=\u{21b5} cross=\u{2717}
  cup=\u{222a} dArr=\u{21d3} dagger=\u{2020} darr=\u{2193} dcaron=\u{10f} delta=\u{3b4}
  diams=\u{2666} dollar=\u{24} dstrok=\u{111} ecaron=\u{11b} empty=\u{2205} emsp=\u{2003}
  ensp=\u{2002} eogon=\u{119} epsilon=\u{3b5} equals== equiv=\u{2261} eta=\u{3b7} euro=\u{20ac}
  excl=! exist=\u{2203} female=\u{2640} fnof=\u{192} forall=\u{2200} frasl=\u{2044}
  gamma=\u{3b3} gbreve=\u{11f} ge=\u{2265} grave=\u{60} hArr=\u{21d4} half=\u{bd} harr=\u{2194}
  hearts=\u{2665} hellip=\u{2026} hyphen=\u{2010} image=\u{2111} imath=\u{131} infin=\u{221e}
  inodot=\u{131} int=\u{222b} iota=\u{3b9} isin=\u{2208} kappa=\u{3ba} lArr=\u{21d0}
  lambda=\u{3bb} lang=\u{27e8} larr=\u{2190} lbrace={ lbrack=[ lceil=\u{2308} lcub={
  ldquo=\u{201c} le=\u{2264} leftarrow=\u{2190} lfloor=\u{230a} lowast=\u{2217} lowbar=_
  loz=\u{25ca} lpar=( lrm=\u{200e} lsaquo=\u{2039} lsqb=[ lsquo=\u{2018} lstrok=\u{142}
  male=\u{2642} mdash=\u{2014} minus=\u{2212} mu=\u{3bc} nabla=\u{2207} nacute=\u{144}
  ncaron=\u{148} ndash=\u{2013} ne=\u{2260} ni=\u{220b} notin=\u{2209} nsub=\u{2284} nu=\u{3bd}
  num=# odblac=\u{151} oelig=\u{153} oline=\u{203e} omega=\u{3c9} omicron=\u{3bf} oplus=\u{2295}
  or=\u{2228} otimes=\u{2297} part=\u{2202} percnt=% period=. permil=\u{2030} perp=\u{22a5}
  phi=\u{3c6} phone=\u{260e} pi=\u{3c0} piv=\u{3d6} plus=+ prime=\u{2032} prod=\u{220f}
  prop=\u{221d} psi=\u{3c8} quest=? rArr=\u{21d2} radic=\u{221a} rang=\u{27e9} rarr=\u{2192}
  rbrace=} rbrack=] rcaron=\u{159} rceil=\u{2309} rcub=} rdquo=\u{201d} real=\u{211c}
  rfloor=\u{230b} rho=\u{3c1} rightarrow=\u{2192} rlm=\u{200f} rpar=) rsaquo=\u{203a} rsqb=]
  rsquo=\u{2019} sacute=\u{15b} sbquo=\u{201a} scaron=\u{161} scedil=\u{15f} sdot=\u{22c5}
  semi=; sigma=\u{3c3} sigmaf=\u{3c2} sim=\u{223c} sol=/ spades=\u{2660} star=\u{2606}
  sub=\u{2282} sube=\u{2286} sum=\u{2211} sup=\u{2283} supe=\u{2287} tau=\u{3c4} tcaron=\u{165}
  there4=\u{2234} theta=\u{3b8} thetasym=\u{3d1} thinsp=\u{2009} tilde=\u{2dc} trade=\u{2122}
  uArr=\u{21d1} uarr=\u{2191} udblac=\u{171} upsih=\u{3d2} upsilon=\u{3c5} uring=\u{16f}
  verbar=| vert=| weierp=\u{2118} xi=\u{3be} zacute=\u{17a} zcaron=\u{17e} zdot=\u{17c}
  zeta=\u{3b6} zwj=\u{200d} zwnj=\u{200c}
`);
