using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Weft.Demos.Bookinfo.ProductPage;

/// <summary>
/// Who has signed in, kept in a cookie so that any replica knows. The demo takes every user name and any password: the cookie is not signed, and protects nothing.
/// </summary>
internal static class ProductSession
{
    private const string Cookie = "session";
    private const string Page = "/productpage";
    private const int LongestName = 100;

    /// <summary>The user of a request; empty when nobody has signed in.</summary>
    public static string User(HttpRequest request)
    {
        var cookie = request.Cookies[Cookie];
        if (cookie is not { Length: > 0 and <= 4 * LongestName } || !Base64Url.IsValid(cookie))
        {
            return "";
        }

        var name = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cookie));
        return IsName(name) ? name : "";
    }

    public static async Task LoginAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        var user = form?["username"].ToString() ?? "";
        if (IsName(user))
        {
            context.Response.Cookies.Append(Cookie, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(user)), Options);
        }

        Return(context);
    }

    public static void Logout(HttpContext context)
    {
        context.Response.Cookies.Delete(Cookie, Options);
        Return(context);
    }

    private static CookieOptions Options => new() { HttpOnly = true, Path = "/", SameSite = SameSiteMode.Lax };

    /// <summary>A name that fits a header, in which it travels.</summary>
    private static bool IsName(string name) => name.Length is > 0 and <= LongestName && name.All(each => each is > ' ' and < '\x7f');

    /// <summary>Back to where the visitor came from, but never to another site.</summary>
    private static void Return(HttpContext context) =>
        context.Response.Redirect(
            Uri.TryCreate(context.Request.Headers.Referer.ToString(), UriKind.Absolute, out var from)
            && from.Authority.Equals(context.Request.Host.Value, StringComparison.OrdinalIgnoreCase)
                ? from.PathAndQuery
                : Page);
}
