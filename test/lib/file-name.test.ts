import { expect, test } from "vitest";
import { storedFileName } from "../../src/lib/file-name.ts";

const TEXT = Buffer.from("plain text");
const PNG = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1");
const R = "[a-z0-9]{10}";

// PocketBase: tools/filesystem/file_test.go.
test.each([
  ["", `^${R}_${R}\\.txt$`],
  [".png", `^${R}_${R}\\.png$`],
  ["a.tar.gz", `^a${R}_${R}\\.tar\\.gz$`],
  ["a.b.c.?.?.?.2", `^a_b_c_${R}\\.2$`],
  ["image_!@ special", `^image_special_${R}\\.txt$`],
  ["image_!@ special.p n g", `^image_special_${R}\\.png$`],
  ["HelloWorld.PNG", `^hello_world_${R}\\.PNG$`],
  ["myTestDB.x", `^my_test_db_${R}\\.x$`],
  ["...test...", `^test_${R}\\.txt$`],
  ["日本.jpg", `^${R}_${R}\\.jpg$`],
  [`${"a".repeat(150)}.txt`, `^a{100}_${R}\\.txt$`],
  [`name.${"e".repeat(40)}`, `^name_${R}\\.e{20}$`],
  [`${"x".repeat(400)}.${"y".repeat(5)}`, `^x{100}_${R}\\.yyyyy$`],
])("%j is stored under a name like %s", (name, pattern) => {
  expect(storedFileName(name, TEXT)).toMatch(new RegExp(pattern));
});

test("the extension is found in the content when the name has none", () => {
  expect(storedFileName("picture", PNG)).toMatch(/\.png$/);
});

test("two names for the same file differ", () => {
  expect(storedFileName("a.txt", TEXT)).not.toBe(storedFileName("a.txt", TEXT));
});
