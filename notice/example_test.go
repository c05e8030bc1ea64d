package notice_test

import (
	"errors"
	"fmt"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/notice"
)

// A host takes a notice from the engine's events and sends it in the words of
// the recipient.
func Example() {
	ending := account.Notice{
		Stream: "acme", Kind: "tokens-ending", Language: account.English,
		Facts: map[string]string{"tokens": "120", "ends": "2027-01-05T09:00:00Z"},
	}
	for _, language := range []account.Language{account.English, account.French} {
		ending.Language = language
		mail, err := notice.Text(ending)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(mail.Subject)
		fmt.Println(mail.Body)
		fmt.Println()
	}
	// Output:
	// 120 tokens of acme will end on 5 January 2027 at 09:00 UTC
	// Hello,
	//
	// The team acme has 120 tokens that can be used until 5 January 2027 at 09:00 UTC. What is left by then is lost.
	//
	// 120 jetons de l’équipe acme à utiliser avant le 5 janvier 2027 à 09:00 UTC
	// Bonjour,
	//
	// L’équipe acme a 120 jetons à utiliser avant le 5 janvier 2027 à 09:00 UTC. Ce qui restera alors sera perdu.
}

// A host may have notices of its own, which it words itself.
func ExampleText() {
	for _, n := range []account.Notice{
		{Stream: "acme", Kind: "product-assigned", Facts: map[string]string{"product": "sketch"}},
		{Stream: "acme", Kind: "product-assigned"},
		{Stream: "acme", Kind: "birthday"},
	} {
		mail, err := notice.Text(n)
		switch {
		case errors.Is(err, notice.ErrKind):
			fmt.Println(err)
		case errors.Is(err, notice.ErrFacts):
			fmt.Println("the notice does not tell which product")
		default:
			fmt.Println(mail.Subject)
		}
	}
	// Output:
	// sketch is yours to use
	// the notice does not tell which product
	// notice: there is no text for the kind "birthday"
}

func ExampleKinds() {
	for _, kind := range notice.Kinds()[:3] {
		fmt.Println(kind)
	}
	// Output:
	// address-available
	// auto-renew-changed
	// credit-memo
}
