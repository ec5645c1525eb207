using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Security;

namespace Weft.ApiServer.Admission;

/// <summary>Who asks for a certificate is what the server knows of the caller, whatever the request says.</summary>
internal static class CertificateRequestor
{
    public static void Assign(JsonObject request, UserIdentity user)
    {
        var spec = request.Ensure("spec");
        spec["username"] = user.Name;
        if (user.Uid.Length > 0) spec["uid"] = user.Uid;
        else spec.Remove("uid");
        spec["groups"] = new JsonArray([.. user.Groups.Select(g => (JsonNode)g)]);
        spec.Remove("extra");
    }
}
