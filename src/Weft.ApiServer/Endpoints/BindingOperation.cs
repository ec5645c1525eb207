using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>`pods/binding` and `bindings`: a scheduler says where a pod runs. That is decided once.</summary>
internal sealed class BindingOperation(WritePipeline pipeline, RegistrySource registry, RequestBody bodies)
{
    public async Task<JsonObject> BindAsync(ResourceRequest request)
    {
        request.ReadWriteOptions("CreateOptions");
        var body = await bodies.ReadObjectAsync(request.Context, "Binding", []);
        var name = request.Path.Name.Length > 0 ? request.Path.Name : body.TextAt("metadata", "name");
        if (name.Length == 0) throw StatusErrors.BadRequest("name is required");
        if (body.TextAt("metadata", "name") is { Length: > 0 } given && given != name)
            throw StatusErrors.BadRequest($"the name of the object ({given}) does not match the name on the URL ({name})");
        var target = body.Object("target") ?? [];
        if (target.Text("name") is not { Length: > 0 } node) throw StatusErrors.Invalid("", "Binding", name, [FieldError.Required("target.name", "")]);
        var pods = registry.Current.Find("", "v1", "pods")!;
        var pod = new ResourceRequest(request.Context, request.Path with { Resource = "pods", Name = name, Subresource = "" }, pods, request.User, "patch");
        pod.ReadWriteOptions("CreateOptions");
        await pipeline.UpdateAsync(pod, "binding", current => Bound(current, name, body.TextAt("metadata", "uid"), node), null, request.Aborted);
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 };
    }

    private JsonObject Bound(JsonObject pod, string name, string uid, string node)
    {
        if (uid.Length > 0 && uid != pod.TextAt("metadata", "uid")) throw Refused(name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {pod.TextAt("metadata", "uid")}");
        if (pod.TextAt("metadata", "deletionTimestamp").Length > 0) throw Refused(name, $"pod {name} is being deleted, cannot be assigned to a host");
        if (pod.TextAt("spec", "nodeName") is { Length: > 0 } present) throw Refused(name, $"pod {name} is already assigned to node \"{present}\"");
        if (pod.Object("spec")?.Array("schedulingGates") is { Count: > 0 }) throw Refused(name, $"pod {name} has non-empty .spec.schedulingGates");
        pod.Object("metadata")?.Remove("resourceVersion");
        pod.Ensure("spec")["nodeName"] = node;
        var status = pod.Ensure("status");
        if (status.Array("conditions") is not { } conditions) status["conditions"] = conditions = [];
        foreach (var old in JsonAccess.Objects(conditions).Where(c => c.Text("type") == "PodScheduled").ToArray()) conditions.Remove(old);
        conditions.Add(new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastTransitionTime"] = pipeline.Now });
        return pod;
    }

    private static StatusException Refused(string name, string why) => new(
        409, "Conflict", $"Operation cannot be fulfilled on pods/binding \"{name}\": {why}", new JsonObject { ["name"] = name, ["kind"] = "pods/binding" });
}
