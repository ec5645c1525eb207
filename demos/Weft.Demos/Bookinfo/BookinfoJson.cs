using System.Text.Json.Serialization;

namespace Weft.Demos.Bookinfo;

internal sealed record BookinfoError(string Error);

internal sealed record BookinfoHealth(string Status);

internal sealed record Product(int Id, string Title, string DescriptionHtml);

internal sealed record BookDetails
{
    public required int Id { get; init; }

    public required string Author { get; init; }

    public required int Year { get; init; }

    public required string Type { get; init; }

    public required int Pages { get; init; }

    public required string Publisher { get; init; }

    public required string Language { get; init; }

    [JsonPropertyName("ISBN-10")]
    public required string Isbn10 { get; init; }

    [JsonPropertyName("ISBN-13")]
    public required string Isbn13 { get; init; }
}

internal sealed record ProductReviews(string Id, string Podname, string Clustername, IReadOnlyList<Review> Reviews);

internal sealed record Review(string Reviewer, string Text, ReviewRating? Rating);

/// <summary>Stars in a colour, or the error that stands for them.</summary>
internal sealed record ReviewRating(int? Stars, string? Color, string? Error);

internal sealed record ProductRatings(int Id, IReadOnlyDictionary<string, int> Ratings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BookinfoError))]
[JsonSerializable(typeof(BookinfoHealth))]
[JsonSerializable(typeof(IReadOnlyList<Product>))]
[JsonSerializable(typeof(BookDetails))]
[JsonSerializable(typeof(ProductReviews))]
[JsonSerializable(typeof(ProductRatings))]
internal sealed partial class BookinfoJson : JsonSerializerContext;
