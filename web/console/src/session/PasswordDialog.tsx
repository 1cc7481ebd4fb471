import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import { PasswordForm } from "./PasswordForm";

export function PasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t("password.title")} destroyOnHidden>
      <PasswordForm onDone={onClose} />
    </Modal>
  );
}
