"""browser.py: drives a Chromium without a window, over the pipe of its own debugging protocol (no server, no packages).

    with Browser(program, folder) as b:
        b.open(url); b.wait("expression"); b.key("<Right>"); b.evaluate("expression"); b.picture("file.png")
"""
import base64
import json
import os
import select
import subprocess
import time

# name as for --keys: the event's key, code, Windows key code, text
NAMED = {
    "Up": ("ArrowUp", 38, ""), "Down": ("ArrowDown", 40, ""), "Left": ("ArrowLeft", 37, ""), "Right": ("ArrowRight", 39, ""),
    "PgUp": ("PageUp", 33, ""), "PgDn": ("PageDown", 34, ""), "Home": ("Home", 36, ""), "End": ("End", 35, ""),
    "Enter": ("Enter", 13, "\r"), "Esc": ("Escape", 27, ""), "Tab": ("Tab", 9, ""), "BS": ("Backspace", 8, ""),
    "Space": (" ", 32, " "), "F1": ("F1", 112, ""), "F5": ("F5", 116, ""), "lt": ("<", 188, "<"),
}
SHIFT, CTRL, ALT = 8, 2, 1
PATIENCE = 60                                 # seconds


class Browser:
    def __init__(self, program, folder, size=(1000, 700)):
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()

        def in_child():
            a, b = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
             "--user-data-dir=" + folder, "--window-size=%d,%d" % size, "about:blank"],
            preexec_fn=in_child, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(os.environ, HOME=folder))
        os.close(theirs_in)
        os.close(theirs_out)
        self.out, self.into, self.rest, self.count, self.session = ours_in, ours_out, b"", 0, None
        self.seen = []                        # events
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.call(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.call("Browser.close")
        except OSError:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def message(self):
        while b"\0" not in self.rest:
            if not select.select([self.out], [], [], PATIENCE)[0]:
                raise OSError("the browser says nothing")
            more = os.read(self.out, 1 << 16)
            if not more:
                raise OSError("the browser has ended")
            self.rest += more
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **params):
        self.count += 1
        m = {"id": self.count, "method": method, "params": params}
        if self.session:
            m["sessionId"] = self.session
        data = json.dumps(m).encode() + b"\0"
        while data:
            data = data[os.write(self.into, data):]
        while True:
            answer = self.message()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise OSError(method + ": " + answer["error"]["message"])
                return answer["result"]
            self.seen.append(answer)

    def evaluate(self, expression):
        r = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in r:
            raise OSError(expression + ": " + json.dumps(r["exceptionDetails"]))
        return r["result"].get("value")

    def wait(self, expression, seconds=30):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if self.evaluate(expression):
                    return True
            except OSError:                   # the page is not there yet
                pass
            time.sleep(0.02)
        return False

    def open(self, url):
        self.call("Page.navigate", url="about:blank")      # another # alone would load nothing
        self.call("Page.navigate", url=url)

    def key(self, name):
        """One key, as --keys writes it: "c", "<Right>", "<C-r>", "<S-Tab>"."""
        modifiers, key = 0, name
        if len(name) > 1:
            key = name[1:-1]
            for prefix, bit in (("C-", CTRL), ("A-", ALT), ("S-", SHIFT)):
                if key.startswith(prefix):
                    modifiers, key = modifiers | bit, key[2:]
        key, code, text = NAMED.get(key, (key, ord(key[0].upper()), key))
        if modifiers & (CTRL | ALT):
            text = ""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, modifiers=modifiers,
                      text=text if kind == "keyDown" else "")

    def keys(self, text):
        while text:
            n = text.index(">") + 1 if text[0] == "<" and ">" in text else 1
            self.key(text[:n])
            text = text[n:]

    def picture(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.call("Page.captureScreenshot")["data"]))
