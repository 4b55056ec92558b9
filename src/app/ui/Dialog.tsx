import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import './dialog.css';

/** A modal dialog with a title and a close button; Escape and a click outside close it, focus returns to where it came from. */
export function Dialog({
  title,
  onClose,
  size = 'medium',
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly size?: 'medium' | 'card' | 'wide' | 'sheet';
  readonly children: ReactNode;
}) {
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(isOpen) => !isOpen && onClose()} className={`dialog-overlay dialog-overlay-${size}`}>
      <Modal className={`dialog-modal dialog-modal-${size}`}>
        <AriaDialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title" className="dialog-title">
              {title}
            </Heading>
            <Button className="button button-quiet" onPress={onClose}>
              Close
            </Button>
          </div>
          <div className="dialog-body">{children}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
