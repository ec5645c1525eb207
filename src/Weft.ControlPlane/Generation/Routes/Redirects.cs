using Envoy.Config.Route.V3;
using Weft.Istio.Networking;

namespace Weft.ControlPlane.Generation.Routes;

internal static class Redirects
{
    public static RedirectAction Of(HttpRedirect source, int listenerPort, bool isTls)
    {
        var action = new RedirectAction { HostRedirect = source.Authority ?? "", ResponseCode = CodeOf(source.RedirectCode) };
        if (source.PrefixRewrite is { Length: > 0 } prefix)
        {
            action.PrefixRewrite = prefix;
        }
        else
        {
            action.PathRedirect = source.Uri ?? "";
        }

        if (!string.IsNullOrEmpty(source.Scheme))
        {
            action.SchemeRedirect = source.Scheme;
        }

        var port = source.Port ?? (source.DerivePort == "FROM_REQUEST_PORT" ? listenerPort : 0);
        if (port != 0 && !IsDefaultPort(string.IsNullOrEmpty(source.Scheme) ? isTls ? "https" : "http" : source.Scheme, port))
        {
            action.PortRedirect = (uint)port;
        }

        return action;
    }

    private static bool IsDefaultPort(string scheme, int port) => (scheme, port) is ("http", 80) or ("https", 443);

    private static RedirectAction.Types.RedirectResponseCode CodeOf(int code) => code switch
    {
        302 => RedirectAction.Types.RedirectResponseCode.Found,
        303 => RedirectAction.Types.RedirectResponseCode.SeeOther,
        307 => RedirectAction.Types.RedirectResponseCode.TemporaryRedirect,
        308 => RedirectAction.Types.RedirectResponseCode.PermanentRedirect,
        _ => RedirectAction.Types.RedirectResponseCode.MovedPermanently,
    };
}
