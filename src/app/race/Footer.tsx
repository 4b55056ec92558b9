import { memo } from 'react';

export const Footer = memo(function Footer() {
  return (
    <footer className="footer">
      <p>
        Everything runs in this browser; nothing is sent anywhere. The code is under the MIT licence, the data under their own, shown beside
        each set. <a href="third-party-notices.txt">Third-party notices</a>
      </p>
    </footer>
  );
});
