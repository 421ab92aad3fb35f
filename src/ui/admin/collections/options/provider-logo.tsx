import type { ConfigurableOAuth2Provider } from "pocketbase";
import { Icon } from "../../../kit/icon.tsx";
import { logoAddress } from "./provider-info.ts";

/** The provider's logo beside its name, on white because many are dark. */
export function ProviderLogo({ info }: { readonly info: ConfigurableOAuth2Provider | undefined }) {
  return (
    <span class="provider-logo">
      {info?.logo ? (
        <img src={logoAddress(info)} alt="" width={18} height={18} />
      ) : (
        <Icon name="key" />
      )}
    </span>
  );
}
