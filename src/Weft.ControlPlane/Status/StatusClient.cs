using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Status;

/// <summary>What came of a status that was to be written.</summary>
internal enum StatusWrite
{
    /// <summary>It says what it should, written now or before.</summary>
    Done,

    /// <summary>The object has just changed: it is to be looked at anew.</summary>
    Conflict,

    /// <summary>The object is gone, or so broken that the API server takes no status for it.</summary>
    Impossible,

    /// <summary>Statuses of this kind may not be written.</summary>
    Forbidden,

    /// <summary>The API server does not answer.</summary>
    Unreachable,
}

/// <summary>Writes statuses, each only when it changes and only to the version that was looked at. Never throws for what the API server answers.</summary>
internal sealed partial class StatusClient(KubeClient client, ILogger logger)
{
    private const string FieldManager = "weft-status";

    /// <param name="patch">The merge patch of the status that the object has (null: none), for its generation; null when it says what it should.</param>
    public async Task<StatusWrite> WriteAsync(KubeResource<UntypedObject> resource, NamespacedName name, Func<JsonObject?, long, JsonObject?> patch, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.GetAsync(resource, name.Namespace, name.Name, cancellationToken) is not { } item)
            {
                return StatusWrite.Impossible;
            }

            if (patch(item.Content["status"] as JsonObject, item.Metadata.Generation) is { } status)
            {
                var content = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = item.Metadata.ResourceVersion }, ["status"] = status };
                await client.PatchAsync(resource, name.Namespace, name.Name, KubePatch.Merge(content) with { Subresource = "status", FieldManager = FieldManager }, cancellationToken);
            }

            return StatusWrite.Done;
        }
        catch (KubernetesApiException error) when (error.IsConflict)
        {
            return StatusWrite.Conflict;
        }
        catch (KubernetesApiException error) when (error.IsNotFound || error.Code is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
        {
            LogNotWritten(resource.Kind, name, error.Message);
            return StatusWrite.Impossible;
        }
        catch (KubernetesApiException error) when (error.Code is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.MethodNotAllowed)
        {
            LogGivenUp(resource.Kind, error.Message);
            return StatusWrite.Forbidden;
        }
        catch (KubernetesApiException error)
        {
            LogNotWritten(resource.Kind, name, error.Message);
            return StatusWrite.Unreachable;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The status of {Kind} {Name} cannot be written: {Reason}")]
    private partial void LogNotWritten(string kind, NamespacedName name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Statuses of kind {Kind} are not written: {Reason}")]
    private partial void LogGivenUp(string kind, string reason);
}
