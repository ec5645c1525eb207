using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Client;

/// <summary>The DeleteOptions object that a delete request carries.</summary>
internal static class DeleteBody
{
    public static JsonObject From(DeleteOptions options)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        Set(body, "propagationPolicy", options.PropagationPolicy);
        Set(body, "gracePeriodSeconds", options.GracePeriodSeconds);
        Set(body, "dryRun", options.DryRun ? new JsonArray("All") : null);
        if (options.Uid is not null || options.ResourceVersion is not null)
        {
            var preconditions = new JsonObject();
            Set(preconditions, "uid", options.Uid);
            Set(preconditions, "resourceVersion", options.ResourceVersion);
            body["preconditions"] = preconditions;
        }

        return body;
    }

    private static void Set(JsonObject body, string field, JsonNode? value)
    {
        if (value is not null)
        {
            body[field] = value;
        }
    }
}
