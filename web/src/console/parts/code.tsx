// A QR code as an SVG, dark on white in every theme, or no camera reads it.
import { qrCode, qrPath } from "../qr";

export function Code(props: { text: string; label: string }) {
  const code = qrCode(props.text);
  if (!code) return null;
  const { size, path } = qrPath(code);
  return (
    <svg class="code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={props.label}
      shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
