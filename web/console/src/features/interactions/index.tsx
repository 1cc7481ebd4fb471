import { Loading } from "../../ui/State";

export default function Page() {
  return <Loading rows={6} />;
}

export function Detail() {
  return <Loading rows={6} />;
}
