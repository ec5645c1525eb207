using Microsoft.AspNetCore.Builder;

namespace Weft.Demos.External;

/// <summary>What an external host answers.</summary>
internal interface IExternalSite
{
    /// <summary>Maps the endpoints; called once, before the host listens. Requests on port 443 say that they are HTTPS.</summary>
    void Map(WebApplication application);
}
