import { Loading } from "../../ui/State";

export default function Desk() {
  return <Loading rows={6} />;
}
