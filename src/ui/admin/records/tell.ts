import { toast } from "../../kit/toast.tsx";
import { errorText } from "../api/form-errors.ts";

/** Says how something went. @returns whether it went well */
export async function tell(work: Promise<unknown>, success: string): Promise<boolean> {
  try {
    await work;
    toast(success, { tone: "success" });
    return true;
  } catch (error) {
    toast(errorText(error), { tone: "danger" });
    return false;
  }
}
