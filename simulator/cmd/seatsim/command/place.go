package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// maxLinks is how many links one after the other are followed.
const maxLinks = 40

// leads is where a path leads once its last part is no link any more, whether there
// is something or not.
func leads(path string) string {
	for range maxLinks {
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return path
}

// ordinary reports whether a path leads to a file, or to where one can be. What the
// system has there, such as the standard output under a name, is none, even where
// somebody had it lead to a file.
func ordinary(path string) bool {
	for range maxLinks {
		if whole, err := filepath.Abs(path); err == nil && (strings.HasPrefix(whole, "/dev/") || strings.HasPrefix(whole, "/proc/")) {
			return false
		}
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}

// sameFile reports whether two paths lead to one file, also where there is none yet.
func sameFile(a, b string) bool {
	one, errOne := os.Stat(a)
	other, errOther := os.Stat(b)
	if errOne == nil && errOther == nil {
		return os.SameFile(one, other)
	}
	return (errOne == nil) == (errOther == nil) && whole(a) == whole(b)
}

// absent reports whether there is nothing at a path.
func absent(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, os.ErrNotExist)
}

// whole is the path from the root, with no link in it.
func whole(path string) string {
	path = leads(path)
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	if from, err := filepath.Abs(path); err == nil {
		path = from
	}
	return path
}

// beside makes a new file in the directory of another, which may be there and then
// lends its mode.
func beside(place string, there *os.File) (*os.File, error) {
	const most, all = 1000, 0o666 // the system takes from it what the user's mask says
	for n := range most {
		name := fmt.Sprintf("%s.%d.part", place, os.Getpid()+n)
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, all) //nolint:gosec // what it becomes is for all to read
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil || there == nil {
			return f, err
		}
		if info, err := there.Stat(); err == nil {
			f.Chmod(info.Mode().Perm()) //nolint:errcheck // it is readable as a new one is
		}
		return f, nil
	}
	return nil, fmt.Errorf("there are %d unfinished files beside %s", most, place)
}
