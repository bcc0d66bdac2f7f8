import json, os, sys, tempfile
from atelier_client import APIError, CRAudioViz, JobFailedError, JobTimeoutError

client = CRAudioViz(os.environ["KEY"], os.environ["URL"])
project = client.projects.create("Über uns", tags=["a,b", "c"])
assert client.projects.list(tags=["a,b"]).total == 1
assert client.projects.update(project.id, name="New", tags=None).tags == []
assert any(tool.id == "logo_maker" for tool in client.tools.list().tools)
photo = os.environ["PHOTO"]
file = client.files.upload(photo, project_id=project.id, name='a "b".jpg')
original = open(photo, "rb").read()
assert file["id"] == file.file_id and client.files.download(file.id) == original
with tempfile.TemporaryDirectory() as folder:
    client.files.download(file.id, os.path.join(folder, "copy"))
    assert open(os.path.join(folder, "copy"), "rb").read() == original and os.listdir(folder) == ["copy"]
seen = []
job = client.tools.execute("image_resizer", {"inputs": {"file_id": file.id, "width": 30, "height": 20}})
result = client.jobs.wait(job.id, timeout=30, on_progress=lambda job: seen.append(job.progress))
assert result.formats and seen[-1] == 100 and client.jobs.list().jobs[0].id == job.id
try:
    client.jobs.wait(client.tools.execute("logo_maker", inputs={"text": "Slow"}).id, timeout=0)
except JobTimeoutError as error:
    try:
        client.jobs.cancel(error.job.id)
        client.jobs.wait(error.job.id)
    except JobFailedError as failed:
        assert failed.code == "cancelled", failed
assert client.credits.balance().balance >= 0 and client.credits.transactions(limit=1).transactions is not None
hook = client.webhooks.create("https://example.com/hook", ["job.completed"], "s3cret")
assert client.webhooks.get(hook.id).enabled and client.webhooks.list().total == 1
assert client.webhooks.update(hook.id, enabled=False).enabled is False
assert client.webhooks.rotate_secret(hook.id).secret and client.webhooks.deliveries(hook.id).total == 0
assert client.webhooks.delete(hook.id).deleted
chat = client.assistant.chat("Create a logo for my coffee shop")
client.assistant.message(chat.chat_id, "The shop is called 'Bean There'")
assert client.assistant.history(chat.chat_id).total == 4
assert client.user.profile().id and client.files.delete(file.id).deleted and client.projects.delete(project.id).deleted
try:
    client.projects.get(project.id)
except APIError as error:
    print(json.dumps([error.code, error.status, bool(error.request_id)]))
