using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;
using Weft.Kubernetes.Selectors;

namespace Weft.ApiServer.Endpoints;

/// <summary>Label and field selector of a list or watch, with the fields each kind offers.</summary>
internal sealed class ObjectSelector(ResourceDefinition resource, LabelQuery labels, FieldQuery fields)
{
    private static readonly Dictionary<string, string[]> FieldsByType = new(StringComparer.Ordinal)
    {
        ["core/v1.Pod"] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName"],
        ["core/v1.Event"] = [.. EventFields("involvedObject"), "reportingComponent", "source"],
        ["events/v1.Event"] = [.. EventFields("regarding"), "reportingController"],
        ["core/v1.Namespace"] = ["status.phase"],
        ["core/v1.Node"] = ["spec.unschedulable"],
        ["core/v1.Secret"] = ["type"],
        ["core/v1.Service"] = ["spec.clusterIP", "spec.type"],
        ["core/v1.ReplicationController"] = ["status.replicas"],
        ["apps/v1.ReplicaSet"] = ["status.replicas"],
        ["certificates/v1.CertificateSigningRequest"] = ["spec.signerName"],
        ["batch/v1.Job"] = ["status.successful"],
        ["resource/v1.ResourceSlice"] = ["spec.nodeName", "spec.driver"],
    };

    public bool IsEmpty => labels.Requirements.IsEmpty && fields.Requirements.IsEmpty;

    public static ObjectSelector Parse(ResourceDefinition resource, string labels, string fields)
    {
        try
        {
            var query = FieldQuery.Parse(fields);
            foreach (var requirement in query.Requirements)
                if (!Supports(resource, requirement.Field)) throw StatusErrors.BadRequest(Unsupported(resource, requirement.Field));
            return new ObjectSelector(resource, LabelQuery.Parse(labels), query);
        }
        catch (SelectorFormatException exception)
        {
            throw StatusErrors.BadRequest(exception.Message);
        }
    }

    public bool Matches(StoredObject item)
    {
        if (!labels.Matches(item.Labels)) return false;
        if (fields.Requirements.IsEmpty) return true;
        JsonObject? content = null;
        return fields.Matches(path => path switch
        {
            "metadata.name" => item.Key.Name,
            "metadata.namespace" => item.Key.Namespace,
            _ => Value(content ??= JsonText.ParseObject(item.Json.Span), path),
        });
    }

    private static string[] EventFields(string about) =>
    [
        $"{about}.kind", $"{about}.namespace", $"{about}.name", $"{about}.uid", $"{about}.apiVersion", $"{about}.resourceVersion", $"{about}.fieldPath", "reason", "type",
    ];

    private static bool Supports(ResourceDefinition resource, string path) =>
        path is "metadata.name" or "metadata.namespace" || FieldsByType.GetValueOrDefault(resource.TypeName, []).Contains(path) || resource.SelectableFields.Contains(path);

    /// <summary>Kinds that offer more than name and namespace say it in other words than those that do not.</summary>
    private static string Unsupported(ResourceDefinition resource, string path) => resource.TypeName switch
    {
        "batch/v1.Job" => $"field label \"{path}\" not supported for batchv1.Job",
        _ when resource.IsCustom || FieldsByType.ContainsKey(resource.TypeName) => $"field label not supported: {path}",
        _ => $"{ObjectValidation.Quote(path)} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
    };

    private string Value(JsonObject content, string path)
    {
        if (resource.TypeName == "events/v1.Event") path = StorageForm.StoredPath(path);
        if (resource.Kind == "Event" && (path == "source" || (path == "reportingComponent" && string.IsNullOrEmpty(content.Text(path))))) path = "source.component";
        JsonNode? current = content;
        foreach (var part in path.Split('.')) current = (current as JsonObject)?[part];
        return current?.ToString() ?? (path is "spec.unschedulable" or "spec.hostNetwork" ? "false" : path is "status.successful" or "status.replicas" ? "0" : "");
    }
}
