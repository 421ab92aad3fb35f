export { default } from "../../../../../hooks/generatio/index.ts";
