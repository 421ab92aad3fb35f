import {
  hasBrand,
  isAnimatedPng,
  isApk,
  isBmp,
  isCrx,
  isDbf,
  isJar,
  isKmz,
  isMatroska,
  isMp3,
  isOfficeZip,
  isOle,
  isPythonBytecode,
  isTar,
  isZip,
  isZipOf,
  isZlib,
  isZstd,
} from "./mime-binary.ts";
import {
  hasElement,
  isGedcom,
  isJson,
  isJsonLines,
  isJsonWith,
  isMail,
  isNetpbm,
  isSeparatedBy,
  isSrt,
  isSvg,
  isText,
  runs,
  startsWithTag,
} from "./mime-text.ts";

/** A type of content, with those that are more precise below it. */
export interface MimeNode {
  readonly mime: string;
  readonly extension: string;
  /** Other names of the same type. */
  readonly aliases: readonly string[];
  /** Fits the first bytes, given as characters of the same codes. */
  readonly signature: RegExp | ((content: string) => boolean);
  /** In the order they are tried. */
  readonly children: readonly MimeNode[];
}

type Signature = MimeNode["signature"];
type More = readonly (string | MimeNode)[];

/** @param more aliases and children */
function type(mime: string, extension: string, signature: Signature, ...more: More): MimeNode {
  const aliases = more.filter((item) => typeof item === "string");
  return {
    mime,
    extension,
    aliases,
    signature,
    children: more.filter((item) => typeof item !== "string"),
  };
}

const OFFICE = "application/vnd.openxmlformats-officedocument";
const OPEN_DOCUMENT = "application/vnd.oasis.opendocument";

function openDocument(kind: string, extension: string, template = ""): MimeNode {
  const mime = `${OPEN_DOCUMENT}.${kind}`;
  const name = `application/x-vnd.oasis.opendocument.${kind}`;
  if (template === "") return type(mime, extension, isZipOf(mime), name);
  const below = type(`${mime}-template`, template, isZipOf(`${mime}-template`), `${name}-template`);
  return type(mime, extension, isZipOf(mime), name, below);
}

const ZIP = type(
  "application/zip",
  ".zip",
  isZip,
  "application/x-zip",
  "application/x-zip-compressed",
  type(`${OFFICE}.wordprocessingml.document`, ".docx", isOfficeZip("word/")),
  type(`${OFFICE}.presentationml.presentation`, ".pptx", isOfficeZip("ppt/")),
  type(`${OFFICE}.spreadsheetml.sheet`, ".xlsx", isOfficeZip("xl/")),
  type("application/epub+zip", ".epub", isZipOf("application/epub+zip")),
  type("application/vnd.android.package-archive", ".apk", isApk),
  type(
    "application/java-archive",
    ".jar",
    isJar,
    "application/jar",
    "application/jar-archive",
    "application/x-java-archive",
  ),
  openDocument("text", ".odt", ".ott"),
  openDocument("spreadsheet", ".ods", ".ots"),
  openDocument("presentation", ".odp", ".otp"),
  openDocument("graphics", ".odg", ".otg"),
  openDocument("formula", ".odf"),
  openDocument("chart", ".odc"),
  type("application/vnd.sun.xml.calc", ".sxc", isZipOf("application/vnd.sun.xml.calc")),
  type("application/vnd.google-earth.kmz", ".kmz", isKmz),
  type("application/vnd.ms-visio.drawing.main+xml", ".vsdx", isOfficeZip("visio/")),
);

const OLE = type(
  "application/x-ole-storage",
  "",
  /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/,
  type(
    "application/x-ms-installer",
    ".msi",
    isOle({ classIds: ["84100c0000000000c000000000000046"] }),
    "application/x-windows-installer",
    "application/x-msi",
  ),
  type(
    "application/vnd.ms-outlook",
    ".msg",
    isOle({ entries: ["__properties_version1.0"], classIds: ["0b0d020000000000c000000000000046"] }),
  ),
  type(
    "application/vnd.ms-excel",
    ".xls",
    isOle({
      entries: ["Book", "Workbook"],
      classIds: ["1008020000000000", "2008020000000000"],
      start: /^(?:\x09\x08\x10\0\0\x06\x05\0|\xfd\xff\xff\xff[\x10\x1f\x22\x23\x28\x29])/,
    }),
    "application/msexcel",
  ),
  type("application/vnd.ms-publisher", ".pub", isOle({ classIds: ["0112020000000000"] })),
  type(
    "application/vnd.ms-powerpoint",
    ".ppt",
    isOle({
      entries: ["PowerPoint Document"],
      classIds: ["108d81649b4fcf1186ea00aa00b929e8", "70ae7beafb3bcd11a90300aa00510ea3"],
      start: /^(?:\xa0\x46\x1d\xf0|\0\x6e\x1e\xf0|\x0f\0\xe8\x03)/,
    }),
    "application/mspowerpoint",
  ),
  type(
    "application/msword",
    ".doc",
    isOle({
      entries: ["WordDocument"],
      classIds: ["06090200000000", "00090200000000", "07090200000000"],
    }),
    "application/vnd.ms-word",
  ),
);

const OGG = type(
  "application/ogg",
  ".ogg",
  /^OggS\0/,
  "application/x-ogg",
  type("audio/ogg", ".oga", /^.{28}(?:\x7fFLAC.{4}|\x01vorbis..|OpusHead.|Speex {3}.)/s),
  type("video/ogg", ".ogv", /^.{28}(?:\x80theora..|fishead\0.|\x01video\0\0\0)/s),
);

const MP4 = type(
  "video/mp4",
  ".mp4",
  /^\0...ftyp.{4}/s,
  type("image/avif", ".avif", hasBrand("avif", "avis")),
  type(
    "video/3gpp",
    ".3gp",
    hasBrand(
      "3gp1",
      "3gp2",
      "3gp3",
      "3gp4",
      "3gp5",
      "3gp6",
      "3gp7",
      "3gs7",
      "3ge6",
      "3ge7",
      "3gg6",
    ),
    "video/3gp",
    "audio/3gpp",
  ),
  type(
    "video/3gpp2",
    ".3g2",
    hasBrand("3g24", "3g25", "3g26", "3g2a", "3g2b", "3g2c", "KDDI"),
    "video/3g2",
    "audio/3gpp2",
  ),
  type(
    "audio/mp4",
    ".mp4",
    hasBrand("F4A ", "F4B ", "M4B ", "M4P ", "MSNV", "NDAS"),
    "audio/x-mp4a",
  ),
  type("video/quicktime", ".mqv", hasBrand("mqt ")),
  type("audio/x-m4a", ".m4a", hasBrand("M4A ")),
  type("video/x-m4v", ".m4v", hasBrand("M4V ", "M4VH", "M4VP")),
  type("image/heic", ".heic", hasBrand("heic", "heix")),
  type("image/heic-sequence", ".heic", hasBrand("hevc", "hevx")),
  type("image/heif", ".heif", hasBrand("mif1", "heim", "heis", "avic")),
  type("image/heif-sequence", ".heif", hasBrand("msf1", "hevm", "hevs", "avcs")),
  type("video/mj2", ".mj2", hasBrand("mj2s", "mjp2", "MFSM", "MGSV")),
  type(
    "video/vnd.dvb.file",
    ".dvb",
    hasBrand(
      "dby1",
      "dsms",
      "dts1",
      "dts2",
      "dts3",
      "dxo ",
      "dmb1",
      "dmpf",
      "drc1",
      "dv1a",
      "dv1b",
      "dv2a",
      "dv2b",
      "dv3a",
      "dv3b",
      "dvr1",
      "dvt1",
      "emsg",
    ),
  ),
);

const ELF = type(
  "application/x-elf",
  "",
  /^\x7fELF/,
  type("application/x-object", "", /^.{16}(?:\x01\0|\0\x01)/s),
  type("application/x-executable", "", /^.{16}(?:\x02\0|\0\x02)/s),
  type("application/x-sharedlib", ".so", /^.{16}(?:\x03\0|\0\x03)/s),
  type("application/x-coredump", "", /^.{16}(?:\x04\0|\0\x04)/s),
);

const XML = type(
  "text/xml",
  ".xml",
  startsWithTag("\\?xml"),
  "application/xml",
  type("application/rss+xml", ".rss", hasElement("<rss"), "text/rss"),
  type("application/atom+xml", ".atom", hasElement("<feed", 'xmlns="http://www.w3.org/2005/Atom"')),
  type(
    "model/x3d+xml",
    ".x3d",
    hasElement("<X3D", 'xmlns:xsd="http://www.w3.org/2001/XMLSchema-instance"'),
  ),
  type("application/vnd.google-earth.kml+xml", ".kml", (content) =>
    [
      "http://www.opengis.net/kml/2.2",
      "http://earth.google.com/kml/2.0",
      "http://earth.google.com/kml/2.1",
      "http://earth.google.com/kml/2.2",
    ].some((space) => hasElement("<kml", `xmlns="${space}"`)(content)),
  ),
  type(
    "application/x-xliff+xml",
    ".xlf",
    hasElement("<xliff", 'xmlns="urn:oasis:names:tc:xliff:document:1.2"'),
  ),
  type(
    "model/vnd.collada+xml",
    ".dae",
    hasElement("<COLLADA", 'xmlns="http://www.collada.org/2005/11/COLLADASchema"'),
  ),
  type("application/gml+xml", ".gml", (content) =>
    ["", "/3.2", "/3.3/exr"].some((version) =>
      hasElement("", `xmlns:gml="http://www.opengis.net/gml${version}"`)(content),
    ),
  ),
  type(
    "application/gpx+xml",
    ".gpx",
    hasElement("<gpx", 'xmlns="http://www.topografix.com/GPX/1/1"'),
  ),
  type(
    "application/vnd.garmin.tcx+xml",
    ".tcx",
    hasElement(
      "<TrainingCenterDatabase",
      'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"',
    ),
  ),
  type("application/x-amf", ".amf", hasElement("<amf")),
  type(
    "application/vnd.ms-package.3dmanufacturing-3dmodel+xml",
    ".3mf",
    hasElement("<model", 'xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"'),
  ),
  type(
    "application/vnd.adobe.xfdf",
    ".xfdf",
    hasElement("<xfdf", 'xmlns="http://ns.adobe.com/xfdf/"'),
  ),
  type(
    "application/owl+xml",
    ".owl",
    hasElement("<Ontology", 'xmlns="http://www.w3.org/2002/07/owl#"'),
  ),
  type("application/xhtml+xml", ".html", (content) =>
    /<!doctype[\t\n\f\r ]+html|<html[\t\n\f\r ]+xmlns=/i.test(content.slice(0, 1024)),
  ),
  type(
    "application/vnd.cyclonedx+xml",
    ".xml",
    hasElement("<bom", 'xmlns="http://cyclonedx.org/schema/bom/'),
  ),
);

const GEO_TYPES = [
  "Feature",
  "FeatureCollection",
  "Point",
  "LineString",
  "Polygon",
  "MultiPoint",
  "MultiLineString",
  "MultiPolygon",
  "GeometryCollection",
].map((name) => `"${name}"`);

const JSON_TYPE = type(
  "application/json",
  ".json",
  isJson,
  type(
    "application/geo+json",
    ".geojson",
    isJsonWith((members) => GEO_TYPES.includes(members.get("type") ?? "")),
  ),
  type(
    "application/json",
    ".har",
    isJsonWith((members) =>
      ["version", "creator", "entries"].some((name) => members.has(`log.${name}`)),
    ),
  ),
  type(
    "model/gltf+json",
    ".gltf",
    isJsonWith((members) => ['"1.0"', '"2.0"'].includes(members.get("asset.version") ?? "")),
  ),
  type(
    "application/vnd.cyclonedx+json",
    ".json",
    isJsonWith((members) => members.get("bomFormat") === '"CycloneDX"'),
  ),
);

const ENV = "/usr/bin/env (?:-S )?";

const TEXT = type(
  "text/plain",
  ".txt",
  isText,
  type("image/svg+xml", ".svg", isSvg),
  type(
    "text/html",
    ".html",
    startsWithTag(
      "!doctype[\\t\\n\\f\\r ]html",
      "html",
      "head",
      "script",
      "iframe",
      "h1",
      "div",
      "font",
      "table",
      "a",
      "style",
      "title",
      "b",
      "body",
      "br",
      "p",
      "!--",
    ),
  ),
  XML,
  type(
    "text/x-php",
    ".php",
    (content) =>
      /^<\?(?:php|[\n\r ])./is.test(content) ||
      runs("/usr/(?:local/)?bin/php", `${ENV}php`).test(content),
  ),
  type(
    "text/javascript",
    ".js",
    runs("(?:/usr)?/bin/node", `${ENV}node`),
    "application/x-javascript",
    "application/javascript",
  ),
  type("text/x-lua", ".lua", runs("/usr/(?:local/)?bin/lua(?:\\s|$)", `${ENV}lua(?:\\s|$)`)),
  type("text/x-perl", ".pl", runs("/usr/bin/perl(?:\\s|$)", `${ENV}perl(?:\\s|$)`)),
  type(
    "text/x-python",
    ".py",
    runs("/usr/(?:local/)?bin/python", `${ENV}python`),
    "text/x-script.python",
    "application/x-python",
  ),
  type("text/x-ruby", ".rb", runs("/usr/(?:local/)?bin/ruby", `${ENV}ruby`), "application/x-ruby"),
  JSON_TYPE,
  type("application/x-ndjson", ".ndjson", isJsonLines),
  type("text/rtf", ".rtf", /^\{\\rtf/, "application/rtf"),
  type("application/x-subrip", ".srt", isSrt, "application/x-srt", "text/x-srt"),
  type(
    "text/x-tcl",
    ".tcl",
    runs("/usr/(?:local/)?bin/(?:tcl|wish)", `${ENV}(?:tcl|wish)`),
    "application/x-tcl",
  ),
  type("text/csv", ".csv", isSeparatedBy(",")),
  type("text/tab-separated-values", ".tsv", isSeparatedBy("\t")),
  type("text/vcard", ".vcf", /^BEGIN:VCARD\r?\n./is),
  type("text/calendar", ".ics", /^BEGIN:VCALENDAR\r?\n./is),
  type("application/warc", ".warc", /^WARC\/1\.[01]/),
  type("text/vtt", ".vtt", /^(?:\xef\xbb\xbf)?WEBVTT(?:[\n\r \t]|$)/),
  type(
    "text/x-shellscript",
    ".sh",
    runs(
      "(?:/usr/local)?/bin/(?:ba|c|da|k|tc|z)sh(?:\\s|$)",
      "/bin/sh(?:\\s|$)",
      `${ENV}(?:ba|c|da|k|tc|z)sh(?:\\s|$)`,
    ),
    "text/x-sh",
    "application/x-shellscript",
    "application/x-sh",
  ),
  type("image/x-portable-bitmap", ".pbm", isNetpbm("P1", "P4")),
  type("image/x-portable-graymap", ".pgm", isNetpbm("P2", "P5")),
  type("image/x-portable-pixmap", ".ppm", isNetpbm("P3", "P6")),
  type(
    "image/x-portable-arbitrarymap",
    ".pam",
    /^P7\n(?=[\s\S]*^WIDTH )(?=[\s\S]*^HEIGHT )(?=[\s\S]*^DEPTH )(?=[\s\S]*^MAXVAL )[\s\S]*^ENDHDR/m,
  ),
  type("message/rfc822", ".eml", isMail),
  type("text/vnd.familysearch.gedcom", ".ged", isGedcom),
);

/** The whole tree; its top fits everything. */
export const ROOT_TYPE: MimeNode = type(
  "application/octet-stream",
  "",
  () => true,
  type("image/x-xpixmap", ".xpm", /^\/\* XPM \*\//),
  type("application/x-7z-compressed", ".7z", /^7z\xbc\xaf\x27\x1c/),
  ZIP,
  type(
    "application/pdf",
    ".pdf",
    (content) => content.slice(0, 1024).includes("%PDF-"),
    "application/x-pdf",
  ),
  type("application/vnd.fdf", ".fdf", /^%FDF/),
  OLE,
  type("application/postscript", ".ps", /^%!PS-Adobe-/),
  type("image/vnd.adobe.photoshop", ".psd", /^8BPS/, "image/x-psd", "application/photoshop"),
  type(
    "application/pkcs7-signature",
    ".p7s",
    /^(?:-----BEGIN PKCS7|0(?:\x80|\x81.|\x82..|\x83.{3}|\x84.{4})\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07)/s,
  ),
  OGG,
  type(
    "image/png",
    ".png",
    /^\x89PNG\r\n\x1a\n/,
    type("image/apng", ".apng", isAnimatedPng, "image/vnd.mozilla.apng"),
  ),
  type("image/jpeg", ".jpg", /^\xff\xd8\xff/),
  type("image/jxl", ".jxl", /^(?:\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n)/),
  type("image/jp2", ".jp2", /^.{4}jP[ 2] .{12}jp2 /s),
  type("image/jpx", ".jpf", /^.{4}jP[ 2] .{12}jpx /s),
  type("image/jpm", ".jpm", /^.{4}jP[ 2] .{12}jpm /s, "video/jpm"),
  type("image/jxs", ".jxs", /^\0\0\0\x0cJXS \r\n\x87\n/),
  type("image/gif", ".gif", /^GIF8[79]a/),
  type("image/webp", ".webp", /^RIFF.{4}WEBP./s),
  type("application/vnd.microsoft.portable-executable", ".exe", /^MZ/),
  ELF,
  type(
    "application/x-archive",
    ".a",
    /^!<arch>/,
    "application/x-unix-archive",
    type("application/vnd.debian.binary-package", ".deb", /^.{8}debian-binary/s),
  ),
  type("application/x-tar", ".tar", isTar),
  type("application/x-xar", ".xar", /^xar!/),
  type("application/x-bzip2", ".bz2", /^BZh/),
  type("application/fits", ".fits", /^SIMPLE {2}= {20}T/, "image/fits"),
  type("image/tiff", ".tiff", /^(?:II\*\0|MM\0\*)/),
  type("image/bmp", ".bmp", isBmp, "image/x-bmp", "image/x-ms-bmp"),
  type(
    "application/vnd.lotus-1-2-3",
    ".123",
    /^(?:\0\0\x02\0..[^\0]\0.{13}|\0\0\x1a\0.{16}[\x01-\x1f])/s,
  ),
  type("image/x-icon", ".ico", /^\0\0[\x01\x02]\0/),
  type("audio/flac", ".flac", /^fLaC\0\0\0\x22/),
  type("audio/midi", ".midi", /^MThd/, "audio/mid", "audio/sp-midi", "audio/x-mid", "audio/x-midi"),
  type("audio/ape", ".ape", /^MAC \x96\x0f\0\0\x34\0\0\0\x18\0\0\0\x90\xe3/),
  type("audio/musepack", ".mpc", /^MPCK/),
  type("audio/amr", ".amr", /^#!AMR/, "audio/amr-nb"),
  type("audio/wav", ".wav", /^RIFF.{4}WAVE./s, "audio/x-wav", "audio/vnd.wave", "audio/wave"),
  type("audio/aiff", ".aiff", /^FORM.{4}AIFF./s, "audio/x-aiff"),
  type("audio/basic", ".au", /^\.snd/),
  type("video/mpeg", ".mpeg", /^\0\0\x01[\xb0-\xbf]/),
  type(
    "video/quicktime",
    ".mov",
    /^(?:\0...ftyp(?:qt {2}|moov)|....(?:moov|mdat|free|skip|pnot)\0...|\0\0\0\x08wide....)/s,
  ),
  MP4,
  type("video/webm", ".webm", isMatroska("webm"), "audio/webm"),
  type("video/x-msvideo", ".avi", /^RIFF.{4}AVI LIST./s, "video/avi", "video/msvideo"),
  type("video/x-flv", ".flv", /^FLV\x01/),
  type("video/matroska", ".mkv", isMatroska("matroska"), "video/x-matroska"),
  type(
    "video/x-ms-asf",
    ".asf",
    /^0&\xb2u\x8ef\xcf\x11\xa6\xd9\0\xaa\0b\xcel/,
    "video/asf",
    "video/x-ms-wmv",
  ),
  type("audio/aac", ".aac", /^\xff[\xf1\xf9]/),
  type("audio/x-unknown", ".voc", /^Creative Voice File/),
  type(
    "application/vnd.apple.mpegurl",
    ".m3u",
    /^#EXTM3U\r?\n/,
    "audio/mpegurl",
    "application/x-mpegurl",
  ),
  type("application/vnd.rn-realmedia-vbr", ".rmvb", /^\.RMF/),
  type(
    "application/gzip",
    ".gz",
    /^\x1f\x8b/,
    "application/x-gzip",
    "application/x-gunzip",
    "application/gzipped",
    "application/gzip-compressed",
    "application/x-gzip-compressed",
    "gzip/document",
  ),
  type("application/x-java-applet", ".class", /^\xca\xfe\xba\xbe...[\x1f-\xff]/s),
  type("application/x-shockwave-flash", ".swf", /^[CFZ]WS/),
  type("application/x-chrome-extension", ".crx", isCrx),
  type(
    "font/ttf",
    ".ttf",
    /^\0\x01\0\0.{8}(?:acnt|ankr|avar|bdat|bhed|bloc|bsln|cmap|cvar|cvt |EBSC|fdsc|feat|fmtx|fond|fpgm|fvar|gasp|gcid|glyf|gvar|hdmx|head|hhea|hmtx|hvgl|hvpm|just|kern|kerx|lcar|loca|ltag|maxp|meta|mort|morx|name|opbd|OS\/2|GSUB|GPOS|BASE|JSTF|GDEF|MATH|CBDT|CBLC|CFF |CFF2|COLR|CPAL|DSIG|EBDT|EBLC|HVAR|LTSH|MERG|MVAR|PCLT|post|prep|sbix|STAT|SVG |VDMX|vhea|vmtx|VORG|VVAR)/s,
    "font/sfnt",
    "application/x-font-ttf",
    "application/font-sfnt",
  ),
  type("font/woff", ".woff", /^wOFF/),
  type("font/woff2", ".woff2", /^wOF2/),
  type("font/otf", ".otf", /^OTTO\0.{7}.{0,32}CFF .{0,32}/s),
  type("font/collection", ".ttc", /^ttcf\0[\x01\x02]\0\0/),
  type("application/vnd.ms-fontobject", ".eot", /^.{8}(?:\x02\0\x01|\x01\0\0|\x02\0\x02).{23}LP/s),
  type("application/wasm", ".wasm", /^\0asm/),
  type(
    "application/vnd.shx",
    ".shx",
    /^\0\0'\n/,
    type(
      "application/vnd.shp",
      ".shp",
      /^.{4}\0{20}.{4}\xe8\x03\0\0.{76}[\0\x01\x03\x05\x08\x0b\x0d\x0f\x12\x15\x17\x19\x1c\x1f]\0\0\0/s,
    ),
  ),
  type("application/x-dbf", ".dbf", isDbf),
  type("application/dicom", ".dcm", /^.{128}DICM/s),
  type(
    "application/vnd.rar",
    ".rar",
    /^Rar!\x1a\x07(?:\0|\x01\0)/,
    "application/x-rar-compressed",
    "application/x-rar",
  ),
  type("image/vnd.djvu", ".djvu", /^AT&TFORM.{4}(?:DJVM|DJVU|DJVI|THUM)/s),
  type("application/x-mobipocket-ebook", ".mobi", /^.{60}BOOKMOBI/s),
  type("application/x-ms-reader", ".lit", /^ITOLITLS/),
  type("image/bpg", ".bpg", /^BPG\xfb/),
  type("application/cbor", ".cbor", /^\xd9\xd9\xf7/),
  type("application/vnd.sqlite3", ".sqlite", /^SQLite format 3\0/, "application/x-sqlite3"),
  type(
    "image/vnd.dwg",
    ".dwg",
    /^AC(?:1\.[45]0|2\.10|10(?:0[23469]|1[2458]|2[14]|32))/,
    "image/x-dwg",
    "application/acad",
    "application/x-acad",
    "application/autocad_dwg",
    "application/dwg",
    "application/x-dwg",
    "application/x-autocad",
    "drawing/dwg",
  ),
  type("application/vnd.nintendo.snes.rom", ".nes", /^NES\x1a/),
  type("application/x-ms-shortcut", ".lnk", /^L\0\0\0\x01\x14\x02\0/),
  type(
    "application/x-mach-binary",
    ".macho",
    /^(?:\xca\xfe\xba\xbe...[\0-\x13]|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe)/s,
  ),
  type("audio/qcelp", ".qcp", /^RIFF.{4}QLCM./s),
  type("image/x-icns", ".icns", /^icns/),
  type("image/vnd.radiance", ".hdr", /^#\?RADIANCE\n/),
  type("application/marc", ".mrc", /^\d{5}.{15}4500.{0,2024}\x1e/s),
  type("application/x-msaccess", ".mdb", /^.{4}Standard Jet DB/s),
  type("application/x-msaccess", ".accdb", /^.{4}Standard ACE DB/s),
  type("application/zstd", ".zst", isZstd),
  type("application/vnd.ms-cab-compressed", ".cab", /^MSCF\0\0\0\0/),
  type("application/x-rpm", ".rpm", /^(?:\xed\xab\xee\xdb|drpm)/),
  type("application/x-xz", ".xz", /^\xfd7zXZ\0/),
  type("application/lzip", ".lz", /^LZIP/, "application/x-lzip"),
  type("application/x-bittorrent", ".torrent", /^d8:announce/),
  type("application/x-cpio", ".cpio", /^(?:\xc7q.{4}|07070[127])/s),
  type("application/tzif", "", /^TZif[\0\x32\x33].{31}(?!\0{4}).{8}/s),
  type("image/x-xcf", ".xcf", /^gimp xcf/),
  type("image/x-gimp-pat", ".pat", /^.{20}GPAT/s),
  type("image/x-gimp-gbr", ".gbr", /^.{20}GIMP/s),
  type("model/gltf-binary", ".glb", /^glTF[\x01\x02]\0\0\0/),
  type("application/x-installshield", ".cab", /^ISc\(..\0[\x01\x02\x04]/s),
  type("image/jxr", ".jxr", /^II\xbc\x01/, "image/vnd.ms-photo"),
  type("application/vnd.apache.parquet", ".parquet", /^PAR1/, "application/x-parquet"),
  type("application/onenote", ".one", /^\xe4R\\\x7b\x8c\xd8\xa7M\xae\xb1Sx\xd0\x29\x96\xd3/),
  type("application/vnd.ms-htmlhelp", ".chm", /^ITSF\x03\0\0\0\x60\0\0\0/),
  type("application/vnd.wordperfect", ".wpd", /^\xffWPC.{4}\x01\n/s),
  type("image/vnd.dxf", ".dxf", /^(?: {2})?0\r?\nSECTION\r?\n/),
  type("application/grib", ".grb", /^GRIB...[\x01\x02]/s),
  type("application/zlib", "", isZlib),
  type("application/x-os2-inf", ".inf", /^HSP\x01\x9b\0/),
  type("application/x-os2-hlp", ".hlp", /^HSP\x10\x9b\0/),
  type(
    "application/vnd.framemaker",
    ".fm",
    /^(?=.{0,511}\0)<(?:MakerFile|MakerDictionary|[Bb][Oo][Oo][Kk][Ff][Ii][Ll][Ee])/s,
  ),
  type("application/bufr", ".bufr", /^BUFR...[\x03\x04]/s),
  type("application/x-bytecode.python", ".pyc", isPythonBytecode),
  type(
    "application/vnd.tcpdump.pcap",
    ".pcap",
    /^(?:\xa1\xb2(?:\xc3\xd4|\x3c\x4d)|(?:\xd4\xc3|\x4d\x3c)\xb2\xa1)/,
  ),
  // Late, because what holds sound may look like it.
  type("audio/mpeg", ".mp3", isMp3, "audio/x-mpeg", "audio/mp3"),
  TEXT,
);
