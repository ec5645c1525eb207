using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Patching;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Security;

namespace Weft.ApiServer.Endpoints;

/// <summary>The kinds that are questions: who am I, may I, is this token good.</summary>
internal sealed class ReviewOperation(Authorizer authorizer, ServiceAccountTokens tokens, WritePipeline pipeline)
{
    public JsonObject Answer(ResourceRequest request, JsonObject body)
    {
        var result = new JsonObject { ["kind"] = request.Resource.Kind, ["apiVersion"] = request.Resource.ApiVersion, ["metadata"] = body["metadata"]?.DeepClone() ?? new JsonObject() };
        if (request.Resource.Namespaced) result.Ensure("metadata")["namespace"] = request.Namespace;
        if (request.Resource.Kind == "SelfSubjectRulesReview") result["spec"] = new JsonObject();
        else if (body["spec"] is { } spec) result["spec"] = spec.DeepClone();
        result["status"] = request.Resource.Kind switch
        {
            "SelfSubjectReview" => WhoAmI(request, result),
            "TokenReview" => ReviewToken(body.Object("spec") ?? []),
            "SelfSubjectRulesReview" => Rules(request, body.Object("spec") ?? [], result),
            "SelfSubjectAccessReview" => Access(request, request.User, body.Object("spec") ?? []),
            _ => Access(request, Subject(body.Object("spec") ?? []), body.Object("spec") ?? []),
        };
        if (request.Resource.Kind is not ("SelfSubjectReview" or "SelfSubjectRulesReview")) Own(request, body, result);
        return result;
    }

    /// <summary>Reviews are never stored, but pass through the same decoding, which notes who wrote what.</summary>
    private void Own(ResourceRequest request, JsonObject body, JsonObject result)
    {
        var owned = body.Clone();
        ManagedFields.TrackUpdate(null, owned, request.Resource, pipeline.Identity(request, ""));
        if (owned.Object("metadata")?["managedFields"] is { } managed) result.Ensure("metadata")["managedFields"] = managed.DeepClone();
    }

    private JsonObject WhoAmI(ResourceRequest request, JsonObject result)
    {
        result["metadata"] = new JsonObject { ["creationTimestamp"] = pipeline.Now };
        return new JsonObject { ["userInfo"] = Describe(request.User) };
    }

    private static JsonObject Describe(UserIdentity user)
    {
        var info = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0) info["uid"] = user.Uid;
        info["groups"] = new JsonArray([.. user.Groups.Select(g => (JsonNode)g)]);
        if (user.Extra is { Count: > 0 } extra)
            info["extra"] = new JsonObject(extra.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)new JsonArray(e.Value))));
        return info;
    }

    private JsonObject ReviewToken(JsonObject spec)
    {
        var token = spec.Text("token") ?? "";
        if (token.Length == 0) throw StatusErrors.BadRequest("token is required for TokenReview in authentication");
        var wanted = (spec.Array("audiences") ?? []).Select(a => a?.ToString() ?? "").ToArray();
        if (wanted.Length == 0) wanted = [ServiceAccountTokens.DefaultAudience];
        var verified = tokens.Verify(token);
        var common = verified?.Audiences.Intersect(wanted).ToArray() ?? [];
        if (verified is null || common.Length == 0)
        {
            var error = verified is null ? "invalid bearer token" : "[invalid bearer token, token audiences do not match]";
            return new JsonObject { ["user"] = new JsonObject(), ["error"] = error };
        }

        return new JsonObject { ["authenticated"] = true, ["user"] = Describe(verified.User), ["audiences"] = new JsonArray([.. common.Select(a => (JsonNode)a)]) };
    }

    private JsonObject Access(ResourceRequest request, UserIdentity user, JsonObject spec)
    {
        var resource = spec.Object("resourceAttributes");
        var path = spec.Object("nonResourceAttributes");
        if (resource is null && path is null)
        {
            throw StatusErrors.Invalid("authorization.k8s.io", "", "", [FieldError.Invalid("spec.resourceAttributes", "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified")]);
        }

        if (resource is not null && path is not null)
        {
            throw StatusErrors.Invalid("authorization.k8s.io", "", "", [FieldError.Invalid(
                "spec.nonResourceAttributes", $"{{\"Path\":\"{path?.Text("path")}\",\"Verb\":\"{path?.Text("verb")}\"}}", "cannot be specified in combination with resourceAttributes")]);
        }

        if (request.Resource.Kind != "SelfSubjectAccessReview" && string.IsNullOrEmpty(spec.Text("user")) && spec.Array("groups") is null or { Count: 0 })
            throw StatusErrors.Invalid("authorization.k8s.io", "", "", [FieldError.Invalid("spec.user", "\"\"", "at least one of user or group must be specified")]);

        var attributes = resource is not null
            ? new AccessAttributes(
                resource.Text("verb") ?? "", resource.Text("group") ?? "", resource.Text("resource") ?? "", resource.Text("subresource") ?? "",
                request.Namespace.Length > 0 ? request.Namespace : resource.Text("namespace") ?? "", resource.Text("name") ?? "")
            : new AccessAttributes(path?.Text("verb") ?? "", "", "", "", "", "", path?.Text("path") ?? "/");
        var allowed = authorizer.Allows(user, attributes);
        var status = new JsonObject { ["allowed"] = allowed };
        if (allowed && authorizer.GrantOf(user, attributes) is { } grant)
        {
            status["reason"] = grant.Reason;
            return status;
        }

        return status;
    }

    private static UserIdentity Subject(JsonObject spec) => new(
        spec.Text("user") ?? "",
        spec.Text("uid") ?? "",
        [.. (spec.Array("groups") ?? []).Select(g => g?.ToString() ?? "")]);

    private JsonObject Rules(ResourceRequest request, JsonObject spec, JsonObject result)
    {
        if (string.IsNullOrEmpty(spec.Text("namespace"))) throw StatusErrors.BadRequest("no namespace on request");
        result["spec"] = new JsonObject();
        var (resourceRules, pathRules) = (new JsonArray(), new JsonArray());
        foreach (var rule in authorizer.RulesOf(request.User, spec.Text("namespace")!)) (rule.Paths.Count == 0 ? resourceRules : pathRules).Add(rule.ToJson());
        return new JsonObject { ["resourceRules"] = resourceRules, ["nonResourceRules"] = pathRules, ["incomplete"] = false };
    }
}
