import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core';
import { t } from '../i18n';
import { notifications, useNotifications } from './notifications';

/** So long a notification stands over the page, in milliseconds; longer while the pointer or the focus is on it. */
const lifetime = 6000;
/** More at once would cover the page. */
const most = 3;

/** What has just been told, over the page for a moment; the drawer keeps it. */
export function Toasts({ onOpen }: { readonly onOpen: () => void }) {
  const toasts = useNotifications().filter(({ isToast }) => isToast);
  const more = toasts.length - most;
  return (
    <AlertGroup isToast isLiveRegion className="weft-toasts" aria-label={t('notifications.title')} {...(more > 0 && { overflowMessage: t('notifications.more', { count: more }), onOverflowClick: onOpen })}>
      {toasts.slice(0, most).map(({ id, level, title, detail }) => (
        <Alert
          key={id}
          component="h2"
          variant={level}
          title={title}
          variantLabel={t(`notifications.level.${level}`)}
          timeout={lifetime}
          onTimeout={() => notifications.dismiss(id)}
          actionClose={<AlertActionCloseButton title={title} variantLabel={t('action.close')} onClose={() => notifications.dismiss(id)} />}
          data-test="toast"
        >
          {detail !== '' && <span className="weft-toasts__detail">{detail}</span>}
        </Alert>
      ))}
    </AlertGroup>
  );
}
