"""What a reviewer sees of an upload: a copy drawn anew by a process of its own (trust U1-U4, U9).

The process is limited in memory, so a build under a sanitizer cannot run this.
"""
import hashlib
import struct
import unittest

import flows
import limen
import pictures


class Copies(limen.Case):
    def copy_of(self, upload, session_id, what="/copy"):
        path = f"/operator/v1/sessions/{session_id}/files/{upload}{what}"
        return self.server.get(path, auth=self.server.operator_basic())

    def session_with(self, picture):
        token, session_id = flows.device_session(self.server)
        one = self.expect_json(flows.submit(self.server, token, session_id, "document",
                                            flows.PASSPORT), 200)
        sent = flows.attach(self.server, token, session_id, one["stepId"], "document_front",
                            picture)
        return session_id, self.expect_json(sent, 201)["uploadId" if "uploadId" in sent.text
                                                       else "upload_id"]

    def test_a_picture_is_drawn_anew(self):
        for kind, picture in (("jpeg", pictures.jpeg()), ("png", pictures.png()),
                              ("webp", pictures.webp())):
            with self.subTest(kind):
                session_id, upload = self.session_with(picture)
                answer = self.expect(self.copy_of(upload, session_id), 200)
                self.assertIn(answer.header("content-type"), ("image/jpeg", "image/png"))
                self.assertNotEqual(answer.body, picture)

    def test_a_copy_does_not_say_where_it_was_taken(self):
        """The file itself is evidence and stays as it was sent."""
        picture = pictures.jpeg_from_a_phone()
        session_id, upload = self.session_with(picture)
        told = (b"Exif", b"Made by nobody", struct.pack(">4I", 48, 1, 8, 1))
        for part in told:
            self.assertIn(part, picture)
        for size in ("full", "thumb"):
            copy = self.expect(self.copy_of(upload, session_id, "/copy?size=" + size), 200).body
            for part in told:
                self.assertNotIn(part, copy)
        kept = self.expect(self.copy_of(upload, session_id, ""), 200).body
        self.assertEqual(hashlib.sha256(kept).digest(), hashlib.sha256(picture).digest())

    def test_what_cannot_be_drawn_is_said(self):
        session_id, upload = self.session_with(pictures.png()[:48])
        self.expect(self.copy_of(upload, session_id), 422, 400, 404)


if __name__ == "__main__":
    unittest.main()
