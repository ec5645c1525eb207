using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace Weft.Demos.Bookinfo.ProductPage;

/// <summary>The pages' HTML.</summary>
internal static class ProductHtml
{
    private static readonly (string Label, string Field)[] DetailFields =
    [
        ("ISBN-10", "ISBN-10"), ("ISBN-13", "ISBN-13"), ("Author", "author"), ("Year", "year"), ("Publisher", "publisher"),
        ("Pages", "pages"), ("Type", "type"), ("Language", "language"),
    ];

    public static string Index() => Document("""
        <main>
        <h1>Hello! This is a simple bookstore.</h1>
        <p>One book, four services behind it, and a mesh that watches them.</p>
        <ul class="doors">
        <li><a href="/productpage?u=normal">Normal user</a></li>
        <li><a href="/productpage?u=test">Test user</a></li>
        </ul>
        </main>
        """);

    public static string Page(Product product, BookinfoAnswer details, BookinfoAnswer reviews, string user) => Document($"""
        <header>
        <a href="/">Bookinfo Sample</a>
        {SignIn(user)}
        </header>
        <main>
        <h1>{Text(product.Title)}</h1>
        <p>{product.DescriptionHtml}</p>
        <div class="columns">
        <section aria-labelledby="details">
        {Details(details)}
        </section>
        <section aria-labelledby="reviews">
        {Reviews(reviews)}
        </section>
        </div>
        </main>
        """);

    private static string SignIn(string user) => user.Length > 0
        ? $"""<p class="user">{Text(user)} (<a href="/logout">sign out</a>)</p>"""
        : """
          <details class="user">
          <summary>Sign in</summary>
          <form method="post" action="/login">
          <label>User name <input name="username" autocomplete="username" required></label>
          <label>Password <input name="passwd" type="password" autocomplete="current-password"></label>
          <button>Sign in</button>
          </form>
          </details>
          """;

    private static string Details(BookinfoAnswer details)
    {
        if (details.Status != 200)
        {
            return Failure("details", "Error fetching product details", details);
        }

        var rows = DetailFields.Select(field => $"<tr><th scope=\"row\">{field.Label}</th><td>{Text(details.Body[field.Field])}</td></tr>");
        return $"<h2 id=\"details\">Book Details</h2>\n<table>\n{string.Join('\n', rows)}\n</table>";
    }

    private static string Reviews(BookinfoAnswer reviews)
    {
        if (reviews.Status != 200)
        {
            return Failure("reviews", "Error fetching product reviews", reviews);
        }

        var html = new StringBuilder("<h2 id=\"reviews\">Book Reviews</h2>\n");
        foreach (var review in (reviews.Body["reviews"] as JsonArray ?? []).OfType<JsonObject>())
        {
            html.Append($"<figure>\n<blockquote>{Text(review["text"])}</blockquote>\n<figcaption>{Text(review["reviewer"])}</figcaption>\n{Rating(review["rating"] as JsonObject)}</figure>\n");
        }

        return html.Append($"<p class=\"served\">Reviews served by: <code>{Text(reviews.Body["podname"])}</code></p>").ToString();
    }

    private static string Rating(JsonObject? rating)
    {
        if (rating is null)
        {
            return "";
        }

        if (rating["error"] is { } error)
        {
            return $"<p class=\"error\">{Text(error)}</p>\n";
        }

        var stars = rating["stars"] is JsonValue value && value.TryGetValue<int>(out var count) ? Math.Clamp(count, 0, 5) : 0;
        var color = (rating["color"] as JsonValue)?.TryGetValue<string>(out var name) == true && name == "red" ? "red" : "black";
        return $"<p class=\"stars {color}\" role=\"img\" aria-label=\"{stars} of 5 stars, {color}\">{new string('★', stars)}{new string('☆', 5 - stars)}</p>\n";
    }

    private static string Failure(string id, string title, BookinfoAnswer answer) =>
        $"<h2 id=\"{id}\" class=\"error\">{title}</h2>\n<p>{Text(answer.Body["error"])}</p>";

    private static string Document(string body) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Simple Bookstore App</title>
        <link rel="stylesheet" href="/static/bookinfo.css">
        </head>
        <body>
        {body}
        </body>
        </html>

        """;

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);

    private static string Text(JsonNode? value) => Text(value?.ToString() ?? "");
}
